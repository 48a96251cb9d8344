"""Queries inside expressions, and what they see of the query around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Expression, Node, Predicate
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class ScalarSelect(Expression):
    """The only value of a SELECT of one column; behind IN, all its values."""

    __slots__ = ("select", "type")
    select: Node
    type: Optional[SqlType]


@dataclass(eq=False)
class ExistsSelect(Predicate):
    """`EXISTS` of a SELECT."""

    __slots__ = ("select",)
    select: Node


@dataclass(eq=False)
class Truth(Expression):
    """A predicate where a value stands: true, false or NULL."""

    __slots__ = ("predicate", "type")
    predicate: Predicate
    type: Optional[SqlType]


@dataclass(eq=False)
class OuterColumn(Expression):
    """A column of the table known as `source` in a statement further out."""

    __slots__ = ("source", "name", "type")
    source: str
    name: str
    type: Optional[SqlType]
