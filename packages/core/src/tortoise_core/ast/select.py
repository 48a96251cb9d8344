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
    select: Union[Select, Compound]
    alias: str


@dataclass(eq=False)
class Lateral(Node):
    """A SELECT joined in the place of a table, which sees the tables that are joined before it."""

    __slots__ = ("select", "alias")
    select: Select
    alias: str


@dataclass(eq=False)
class Hinted(Node):
    """A table with hints for the server: ("USE" or "FORCE", names of indexes) each."""

    __slots__ = ("table", "hints")
    table: Table
    hints: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(eq=False)
class Join(Node):
    """`kind` JOIN `table` ON `condition`; kind is INNER or LEFT OUTER."""

    __slots__ = ("kind", "table", "condition")
    kind: str
    table: Union[Table, Lateral]
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
class NullsOrderBy(Node):
    """One term of ORDER BY that says where NULL goes: `first`, or last."""

    __slots__ = ("expression", "descending", "first")
    expression: Expression
    descending: bool
    first: bool


#: a term of ORDER BY
Order = Union[OrderBy, NullsOrderBy]


@dataclass(eq=False)
class Select(Node):
    """A query. `distinct`: equal rows once; expressions there: of rows that agree in them the first one."""

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
    source: Union[Table, Derived, Hinted]
    joins: tuple[Join, ...]
    where: Optional[Predicate]
    group_by: tuple[Expression, ...]
    having: Optional[Predicate]
    order_by: tuple[Order, ...]
    limit: Optional[Expression]
    offset: Optional[Expression]
    distinct: Union[bool, tuple[Expression, ...]]


@dataclass(eq=False)
class Compound(Node):
    """UNION of `selects`; `alls` says for each but the first whether equal rows stay."""

    __slots__ = ("selects", "alls", "order_by", "limit", "offset")
    selects: tuple[Select, ...]
    alls: tuple[bool, ...]
    order_by: tuple[Order, ...]
    limit: Optional[Expression]
    offset: Optional[Expression]


@dataclass(eq=False)
class Locked(Node):
    """A SELECT that locks the rows of the tables in `of` (none: of all its tables).

    `strength` is "UPDATE", "NO KEY UPDATE", "SHARE" or "KEY SHARE".
    """

    __slots__ = ("select", "strength", "nowait", "skip_locked", "of")
    select: Select
    strength: str
    nowait: bool
    skip_locked: bool
    of: tuple[str, ...]


@dataclass(eq=False)
class Explain(Node):
    """How the server would run `statement`; `format` is None for its usual one."""

    __slots__ = ("statement", "format", "options")
    statement: Node
    format: Optional[str]
    options: tuple[tuple[str, object], ...]


def replaced(select: Select, **parts: object) -> Select:
    """`select` with other `parts`, by the names of its slots."""
    return Select(*[parts.get(name, getattr(select, name)) for name in Select.__slots__])  # type: ignore[arg-type]  # by name


def with_outputs(select: Select, outputs: tuple[Output, ...]) -> Select:
    """`select` with other outputs."""
    return Select(outputs, *[getattr(select, name) for name in Select.__slots__[1:]])
