"""INSERT, UPDATE and DELETE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

from tortoise_core.ast.expressions import Column, Expression, Node, Predicate
from tortoise_core.ast.select import Output, Table
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class Refused(Expression):
    """The value that the refused row has in column `name`; stands in a `Conflict` only."""

    __slots__ = ("name", "type")
    name: str
    type: Optional[SqlType]


@dataclass(eq=False)
class Conflict(Node):
    """What becomes of a row that a unique constraint refuses.

    `targets` are the columns of the constraint that is meant, () of any; with `where` those of a partial index, whose
    condition that is. `constraint` names it instead. `updates` are columns of the row in the way and what they become,
    if that row meets `update_where`; () leaves the refused row out in silence.
    """

    __slots__ = ("targets", "updates", "constraint", "where", "update_where")
    targets: tuple[str, ...]
    updates: tuple[tuple[str, Expression], ...]
    constraint: Optional[str]
    where: Optional[Expression]
    update_where: Optional[Predicate]


@dataclass(eq=False)
class Insert(Node):
    """Rows, each with a value for every column. `returning`: the columns whose stored values come back.

    `conflict` None: a row that a unique constraint refuses is an error.
    """

    __slots__ = ("table", "columns", "rows", "returning", "conflict")
    table: Table
    columns: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]
    returning: tuple[Column, ...]
    conflict: Optional[Conflict]


@dataclass(eq=False)
class Values(Node):
    """Rows of values, written out, in the place of a table with these columns."""

    __slots__ = ("alias", "columns", "rows")
    alias: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]


@dataclass(eq=False)
class Update(Node):
    """New values for the rows that `where` names. `source`: rows that both may take values from."""

    __slots__ = ("table", "assignments", "where", "source")
    table: Table
    assignments: tuple[tuple[str, Expression], ...]
    where: Optional[Predicate]
    source: Optional[Values]


@dataclass(eq=False)
class Delete(Node):
    """The rows that `where` names, gone."""

    __slots__ = ("table", "where")
    table: Table
    where: Optional[Predicate]


@dataclass(eq=False)
class Returning(Node):
    """An UPDATE or DELETE that gives `outputs` of each row: as it is now, or as it was before it went."""

    __slots__ = ("statement", "outputs")
    statement: Union[Update, Delete]
    outputs: tuple[Output, ...]
