"""SELECT and the tables it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from tortoise_core.ast.expressions import Expression, Node, Predicate


@dataclass(eq=False)
class Table(Node):
    """A table under the name `alias`; `schema` is None for the connection's own."""

    __slots__ = ("name", "schema", "alias")
    name: str
    schema: Optional[str]
    alias: str


@dataclass(eq=False)
class Derived(Node):
    """A SELECT in the place of a table."""

    __slots__ = ("select", "alias")
    select: Select
    alias: str


@dataclass(eq=False)
class Join(Node):
    """`kind` JOIN `table` ON `condition`; kind is INNER or LEFT OUTER."""

    __slots__ = ("kind", "table", "condition")
    kind: str
    table: Table
    condition: Predicate


@dataclass(eq=False)
class Output(Node):
    """One column of the result. `alias` None leaves the naming to the server."""

    __slots__ = ("expression", "alias")
    expression: Union[Expression, Predicate]
    alias: Optional[str]


@dataclass(eq=False)
class OrderBy(Node):
    """One term of ORDER BY."""

    __slots__ = ("expression", "descending")
    expression: Expression
    descending: bool


@dataclass(eq=False)
class Select(Node):
    """A query."""

    __slots__ = (
        "outputs",
        "source",
        "joins",
        "where",
        "group_by",
        "having",
        "order_by",
        "limit",
        "offset",
        "distinct",
    )
    outputs: tuple[Output, ...]
    source: Union[Table, Derived]
    joins: tuple[Join, ...]
    where: Optional[Predicate]
    group_by: tuple[Expression, ...]
    having: Optional[Predicate]
    order_by: tuple[OrderBy, ...]
    limit: Optional[Expression]
    offset: Optional[Expression]
    distinct: bool


def replaced(select: Select, **parts: object) -> Select:
    """`select` with other `parts`, by the names of its slots."""
    return Select(*[parts.get(name, getattr(select, name)) for name in Select.__slots__])  # type: ignore[arg-type]  # by name


def with_outputs(select: Select, outputs: tuple[Output, ...]) -> Select:
    """`select` with other outputs."""
    return Select(outputs, *[getattr(select, name) for name in Select.__slots__[1:]])
