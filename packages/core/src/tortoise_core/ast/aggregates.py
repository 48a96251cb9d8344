"""Aggregates for which the order of the rows matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Aggregate, Expression, Predicate
from tortoise_core.ast.select import Order
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class OrderedArguments(Expression):
    """The arguments of an aggregate that takes the rows in an order."""

    __slots__ = ("items", "order_by", "type")
    items: tuple[Expression, ...]
    order_by: tuple[Order, ...]
    type: Optional[SqlType]


@dataclass(eq=False)
class OrderedSet(Aggregate):
    """An aggregate of a whole order, `name(items) WITHIN GROUP (ORDER BY ...)` (SQL:2016, 10.9).

    `arg`, which is `OrderedArguments`, holds the items and the order; `distinct` is never asked for.
    """

    __slots__ = ("name", "arg", "distinct", "condition", "type")
    name: str
    arg: Expression
    distinct: bool
    condition: Optional[Predicate]
    type: Optional[SqlType]
