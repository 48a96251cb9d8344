"""INSERT, UPDATE and DELETE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Column, Expression, Node, Predicate
from tortoise_core.ast.select import Table


@dataclass(eq=False)
class Insert(Node):
    """Rows, each with a value for every column. `returning`: the columns whose stored values come back.

    `ignore_conflicts`: a row that a unique constraint refuses is left out in silence.
    """

    __slots__ = ("table", "columns", "rows", "returning", "ignore_conflicts")
    table: Table
    columns: tuple[str, ...]
    rows: tuple[tuple[Expression, ...], ...]
    returning: tuple[Column, ...]
    ignore_conflicts: bool


@dataclass(eq=False)
class Update(Node):
    """New values for the rows that `where` names."""

    __slots__ = ("table", "assignments", "where")
    table: Table
    assignments: tuple[tuple[str, Expression], ...]
    where: Optional[Predicate]


@dataclass(eq=False)
class Delete(Node):
    """The rows that `where` names, gone."""

    __slots__ = ("table", "where")
    table: Table
    where: Optional[Predicate]
