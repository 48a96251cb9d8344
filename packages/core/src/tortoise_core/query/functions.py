"""Aggregates over the rows of a group."""

from __future__ import annotations

from typing import ClassVar, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.query.calls import Aggregate
from tortoise_core.query.expressions import F
from tortoise_core.query.keys import KeyTerm
from tortoise_core.query.scope import Scope, Term

__all__ = ["Aggregate", "Avg", "Count", "Max", "Min", "Sum"]


class Count(Aggregate):
    """The number of rows with a value; ``Count("*")`` of all rows."""

    database_func = "COUNT"
    populate_field_object: ClassVar[bool] = False

    def argument(self, scope: Scope) -> Term:
        if isinstance(self.field, F):
            if self.field.name == "*":
                return Term(ex.Star(None))
            key = scope.relation_key(self.field.name)
            if isinstance(key, KeyTerm) and self.distinct:
                raise key.several()
            if key is not None:
                return key
        return self.field.resolve(scope)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Integer(64)


class Sum(Aggregate):
    """The sum of the values; None over no rows."""

    database_func = "SUM"
    of_numbers = True

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Integer(64) if isinstance(argument, types.Integer) else argument

    def keeps_field(self, argument: Term) -> bool:
        return not isinstance(argument.expression.type, types.Integer)


class Avg(Aggregate):
    """The mean of the values; None over no rows. A float for whole numbers, otherwise of the values' type."""

    database_func = "AVG"
    of_numbers = True

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Float() if isinstance(argument, types.Integer) else argument

    def keeps_field(self, argument: Term) -> bool:
        return not isinstance(argument.expression.type, types.Integer)


class Min(Aggregate):
    """The smallest value."""

    database_func = "MIN"


class Max(Aggregate):
    """The largest value."""

    database_func = "MAX"
