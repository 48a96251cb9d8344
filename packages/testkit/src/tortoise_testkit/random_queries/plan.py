"""A query, described: what `ask` puts to the database and `evaluate` answers by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union


@dataclass(frozen=True)
class Path:
    """A column by its path from the root, an annotation, or for Count a relation. `kind` names its type."""

    name: str
    kind: str


@dataclass(frozen=True)
class Const:
    """A constant."""

    value: Any


@dataclass(frozen=True)
class Arith:
    """``left operator right``; whole numbers, floats or decimals."""

    operator: str
    left: Term
    right: Term


@dataclass(frozen=True)
class Choice:
    """CASE: the first condition that holds, otherwise `default`."""

    whens: tuple[tuple[Condition, Term], ...]
    default: Term


@dataclass(frozen=True)
class Agg:
    """Count, Sum, Avg, Min or Max of `arg`."""

    name: str
    arg: Term
    distinct: bool = False
    condition: Condition | None = None


@dataclass(frozen=True)
class Look:
    """``path__lookup=operand``; the operand may be a term."""

    path: Path
    lookup: str
    operand: Any


@dataclass(frozen=True)
class Many:
    """Conditions joined by AND or OR."""

    join: str
    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class Neg:
    """NOT."""

    part: Condition


@dataclass(frozen=True)
class Scalar:
    """The first value of a query inside: of its rows whose `column` equals `outer` of the row outside."""

    plan: Plan
    column: str
    outer: str


@dataclass(frozen=True)
class Within:
    """``path__lookup`` of the values of a query inside; `lookup` is in or not_in."""

    path: Path
    lookup: str
    plan: Plan


Term = Union[Path, Const, Arith, Choice, Agg, Scalar]
Condition = Union[Look, Many, Neg, Within]


@dataclass
class Plan:
    """The whole query.

    `result`: "rows", "values", "tuples", "flat", "first", "count", "exists", "update" or "delete"; "only" for instances
    with some columns, "related" for those with the rows that the path `related` leads to. `names` are what these and
    values give, `sets` what an update assigns. `order` has names with "-" for descending. `united` are further queries,
    each with whether its rows stay that were there before; order and limits are then of the whole. `prefetched` is a
    relation and the query that fetches it; its limits count for each row.
    """

    root: str
    result: str
    filters: list[tuple[bool, Condition]] = field(default_factory=list)
    annotations: dict[str, Term] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None
    offset: int | None = None
    distinct: bool = False
    names: tuple[str, ...] = ()
    sets: dict[str, Any] = field(default_factory=dict)
    related: str = ""
    united: list[tuple[bool, Plan]] = field(default_factory=list)
    prefetched: tuple[str, Plan] | None = None
