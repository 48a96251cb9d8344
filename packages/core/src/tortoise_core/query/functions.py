"""Aggregates over the rows of a group."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.base.errors import FieldError
from tortoise_core.query.expressions import Expression, F, _Arithmetical, check_numbers, expression_of
from tortoise_core.query.keys import KeyTerm
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term


class Aggregate(_Arithmetical):
    """Base of the aggregates.

    `field` is a field's name, a path over relations, or an expression; `distinct` counts equal values once;
    `_filter` takes only the rows that meet a condition.
    """

    name: ClassVar[str]
    #: nothing but numbers can be aggregated. Default False
    of_numbers: ClassVar[bool] = False

    def __init__(self, field: Union[str, Expression], *, distinct: bool = False, _filter: Optional[Q] = None) -> None:
        self.field = F(field) if isinstance(field, str) else expression_of(field)
        self.distinct, self.condition = bool(distinct), _filter
        condition = (None, ()) if _filter is None else (_filter.shape, _filter.values)
        self.shape: Hashable = (self.name, self.field.shape, self.distinct, condition[0])
        self.values: tuple[Any, ...] = self.field.values + condition[1]

    def resolve(self, scope: Scope) -> Term:
        arg = self.argument(scope)
        if arg.aggregate:
            raise FieldError(f"{type(self).__name__} cannot be taken of another aggregate")
        if self.of_numbers:
            check_numbers(type(self).__name__, arg.expression.type)
        condition = None if self.condition is None else scope.predicate(self.condition)
        sql_type = self.result_type(arg.expression.type)
        tree = ex.Aggregate(self.name, arg.expression, self.distinct, condition, sql_type)
        return Term(tree, arg.field if self.keeps_field(arg) else None, True)

    def argument(self, scope: Scope) -> Term:
        """The expression that is aggregated."""
        return self.field.resolve(scope)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        """The type of the result for an argument's type."""
        return argument

    def keeps_field(self, argument: Term) -> bool:
        """True if results are values of the argument's own field."""
        return True


class Count(Aggregate):
    """The number of rows with a value; ``Count("*")`` of all rows."""

    name = "COUNT"

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

    def keeps_field(self, argument: Term) -> bool:
        return False


class Sum(Aggregate):
    """The sum of the values; None over no rows."""

    name = "SUM"
    of_numbers = True

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Integer(64) if isinstance(argument, types.Integer) else argument

    def keeps_field(self, argument: Term) -> bool:
        return not isinstance(argument.expression.type, types.Integer)


class Avg(Aggregate):
    """The mean of the values; None over no rows. A float for whole numbers, otherwise of the values' type."""

    name = "AVG"
    of_numbers = True

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Float() if isinstance(argument, types.Integer) else argument

    def keeps_field(self, argument: Term) -> bool:
        return not isinstance(argument.expression.type, types.Integer)


class Min(Aggregate):
    """The smallest value."""

    name = "MIN"


class Max(Aggregate):
    """The largest value."""

    name = "MAX"
