"""Tables, columns, keys and indexes to be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

from tortoise_core.ast.expressions import Node
from tortoise_core.ast.types import Spelling, SqlType


@dataclass(eq=False)
class TableName(Node):
    """A table outside any query."""

    __slots__ = ("name", "schema")
    name: str
    schema: Optional[str]


class Default(Node):
    """Base of what a column gets where an insert names no value."""

    __slots__ = ()


@dataclass
class ConstantDefault(Default):
    """A value of the column's Python type."""

    __slots__ = ("value", "type")
    value: Any
    type: SqlType


@dataclass
class RawDefault(Default):
    """SQL of the developer's own."""

    __slots__ = ("sql",)
    sql: str


@dataclass
class NowDefault(Default):
    """The moment of the insert."""

    __slots__ = ()


@dataclass
class RandomHexDefault(Default):
    """32 random hexadecimal digits in lower case."""

    __slots__ = ()


class ComputedColumn(NamedTuple):
    """What a column is computed from, as SQL that the dialect itself wrote: `stored` in the table, or on reading."""

    sql: str
    stored: bool


@dataclass(eq=False)
class ColumnDef(Node):
    """A column. `generated`: the database gives ascending keys by itself.

    `generated_sql` is how a field of a user's own writes type and clauses of such a key, by dialect. `computed` is what
    the database computes the column from, `collation` the name of the order of its text; None: the usual one.
    """

    __slots__ = (
        "name", "type", "nullable", "generated", "comment", "default", "generated_sql", "computed", "collation",
    )  # fmt: skip
    name: str
    type: SqlType
    nullable: bool
    generated: bool
    comment: Optional[str]
    default: Optional[Default]
    generated_sql: Spelling
    computed: Optional[ComputedColumn]
    collation: Optional[str]


@dataclass(eq=False)
class ForeignKey(Node):
    """`columns` refer to `target_columns` of `target`; `on_delete` is the SQL action.

    `deferrable` is when it is checked unless a transaction says otherwise: "immediate" after each statement, "deferred"
    at the end; None: after each statement, whatever a transaction says.
    """

    __slots__ = ("name", "columns", "target", "target_columns", "on_delete", "deferrable")
    name: str
    columns: tuple[str, ...]
    target: TableName
    target_columns: tuple[str, ...]
    on_delete: str
    deferrable: Optional[str]


@dataclass(eq=False)
class CreateSchema(Node):
    """A named schema, unless it is there."""

    __slots__ = ("name",)
    name: str


@dataclass(eq=False)
class CreateEnum(Node):
    """A type whose values are some labels, in order."""

    __slots__ = ("name", "labels", "if_not_exists")
    name: TableName
    labels: tuple[str, ...]
    if_not_exists: bool


@dataclass(eq=False)
class AddEnumValue(Node):
    """One more label of such a type, `before` or else after (`after`) one that is there; neither: at the end."""

    __slots__ = ("name", "label", "before", "after", "if_not_exists")
    name: TableName
    label: str
    before: Optional[str]
    after: Optional[str]
    if_not_exists: bool


class Constraint(Node):
    """Base of constraints of a table that need more than columns or a condition. Equal ones say the same."""

    __slots__ = ()


@dataclass
class Unique(Constraint):
    """No two rows have the same values in `columns`; `include` are columns kept in its index beside them.

    `nulls_distinct` False: NULL is a value like others (None: it is not said). `deferrable` as for foreign keys.
    """

    __slots__ = ("name", "columns", "include", "nulls_distinct", "deferrable")
    name: str
    columns: tuple[str, ...]
    include: tuple[str, ...]
    nulls_distinct: Optional[bool]
    deferrable: Optional[str]


class IndexOptions(NamedTuple):
    """What an index may have beside its keys.

    `descending` and `opclasses` are for each key, () for none; "" leaves the class of operators to the server.
    `include` are columns kept beside the keys. `nulls_distinct` False: NULL is a value like others to a unique index
    (None: it is not said). `concurrently` builds the index while others write, which no transaction can.
    """

    descending: tuple[bool, ...] = ()
    opclasses: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    nulls_distinct: Optional[bool] = None
    concurrently: bool = False


@dataclass(eq=False)
class CreateTable(Node):
    """A table with its keys. `uniques`, `foreign_keys` and `checks` are table constraints, each with a name.

    A check is (name, SQL of the condition), as the dialect itself wrote it. `constraints` are those that need more.
    """

    __slots__ = (
        "table", "columns", "primary_key", "uniques", "foreign_keys", "checks", "if_not_exists", "comment",
        "constraints",
    )  # fmt: skip
    table: TableName
    columns: tuple[ColumnDef, ...]
    primary_key: tuple[str, ...]
    uniques: tuple[tuple[str, tuple[str, ...]], ...]
    foreign_keys: tuple[ForeignKey, ...]
    checks: tuple[tuple[str, str], ...]
    if_not_exists: bool
    comment: Optional[str]
    constraints: tuple[Constraint, ...]


@dataclass(eq=False)
class CreateIndex(Node):
    """An index over columns, in order, or over expressions.

    `kind` is how the dialect calls a kind of index, "" its usual one. `expressions` and the condition `where` are
    SQL as the dialect itself wrote it; `extra` is text of a user's own that ends the statement.
    """

    __slots__ = (
        "name", "table", "columns", "expressions", "unique", "kind", "where", "extra", "if_not_exists", "options",
    )  # fmt: skip
    name: str
    table: TableName
    columns: tuple[str, ...]
    expressions: tuple[str, ...]
    unique: bool
    kind: str
    where: Optional[str]
    extra: str
    if_not_exists: bool
    options: IndexOptions


@dataclass(eq=False)
class AddForeignKey(Node):
    """A foreign key added once both tables stand."""

    __slots__ = ("table", "foreign_key", "if_not_exists")
    table: TableName
    foreign_key: ForeignKey
    if_not_exists: bool
