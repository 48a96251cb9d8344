"""Operators that a type brings along, beside those of the standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Expression, Predicate
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class Infix(Expression):
    """`left operator right` with an operator of the dialect's own, such as that of containment of ranges.

    The operator is text of a developer's, never of a user; a dialect that has no such operators refuses it by name.
    """

    __slots__ = ("operator", "left", "right", "type")
    operator: str
    left: Expression
    right: Expression
    type: Optional[SqlType]


@dataclass(eq=False)
class Collated(Expression):
    """Text in the order of a collation, by its name."""

    __slots__ = ("expression", "collation", "type")
    expression: Expression
    collation: str
    type: Optional[SqlType]


@dataclass(eq=False)
class IsTrue(Predicate):
    """A truth value as a condition."""

    __slots__ = ("expression",)
    expression: Expression
