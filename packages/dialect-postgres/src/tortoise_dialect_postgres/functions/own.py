"""Calls of functions and aggregates that PostgreSQL alone has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Aggregate, Expression
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class PostgresFunction(Expression):
    """A call that other dialects refuse, because they would find no such function, or another one of that name."""

    __slots__ = ("name", "args", "type")
    name: str
    args: tuple[Expression, ...]
    type: Optional[SqlType]

    def refused_as(self) -> str:
        """The function by its name."""
        return f"the function {self.name} of PostgreSQL"


@dataclass(eq=False)
class PostgresAggregate(Aggregate):
    """An aggregate that other dialects refuse by name."""

    __slots__ = ("name", "arg", "distinct", "condition", "type")

    def refused_as(self) -> str:
        """The aggregate by its name."""
        return f"the aggregate {self.name} of PostgreSQL"


@dataclass(eq=False)
class PostgresOperator(Expression):
    """`left operator right` by an operator that other dialects refuse."""

    __slots__ = ("operator", "left", "right", "type")
    operator: str
    left: Expression
    right: Expression
    type: Optional[SqlType]

    def refused_as(self) -> str:
        """The operator as it is written."""
        return f"the operator {self.operator} of PostgreSQL"
