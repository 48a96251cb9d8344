"""Aggregates for which the order of the rows matters, and those of truth values."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.aggregates import OrderedArguments, OrderedSet
from tortoise_core.ast.select import Order, OrderBy
from tortoise_core.base.errors import FieldError
from tortoise_core.query.calls import Aggregate, checked_name
from tortoise_core.query.expressions import Expression, check_numbers, family
from tortoise_core.query.lookups import as_text
from tortoise_core.query.order_terms import OrderTerms, order_terms
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term


class OrderedAggregate(Aggregate):
    """Takes the rows in the order of `order_by`, by default in any. With `distinct` that can be the values alone."""

    populate_field_object: ClassVar[bool] = False

    def __init__(
        self,
        field: Union[str, Expression],
        *default_values: Any,
        distinct: bool = False,
        order_by: OrderTerms = (),
        _filter: Optional[Q] = None,
    ) -> None:
        super().__init__(field, *default_values, distinct=distinct, _filter=_filter)
        self.ordering = order_terms(f"order_by of {type(self).__name__}", order_by)
        terms: Hashable = tuple([(part.shape, o.descending, o.nulls_first) for part, o in self.ordering])
        self.shape = (self.shape, terms)
        self.values = sum([part.values for part, _ in self.ordering], self.values)
        if self.distinct and any(part.shape != self.field.shape for part, _ in self.ordering):
            raise FieldError(f"{type(self).__name__} of distinct values is ordered by these values alone")

    def resolve(self, scope: Scope) -> Term:
        term = super().resolve(scope)
        tree = term.expression
        assert isinstance(tree, ex.Aggregate)
        arg = tree.arg
        items = arg.items if isinstance(arg, ex.Arguments) else (arg,)
        order = self.order(scope, items[0])
        if order:
            ordered = OrderedArguments(items, order, arg.type)
            tree = ex.Aggregate(tree.name, ordered, tree.distinct, tree.condition, tree.type)
        return Term(tree, term.field, True)

    def order(self, scope: Scope, value: ex.Expression) -> tuple[Order, ...]:
        """The terms of the order. `value` is what is aggregated, which a term may be too."""
        found: list[Order] = []
        for part, ordering in self.ordering:
            term = Term(value) if self.distinct else part.resolve(scope)
            if term.aggregate:
                raise FieldError(f"{type(self).__name__} is ordered by values of rows, not by aggregates")
            found.append(ordering.node(term.expression))
        return tuple(found)


class StringAgg(OrderedAggregate):
    """The text of all values in a row, with `separator` between them; None over no values.

    ``StringAgg("tags__name", ", ", distinct=True, order_by="tags__name")``.
    """

    database_func = "STRING_AGG"

    def __init__(
        self,
        field: Union[str, Expression],
        separator: str = ",",
        *,
        distinct: bool = False,
        order_by: OrderTerms = (),
        _filter: Optional[Q] = None,
    ) -> None:
        if not isinstance(separator, str):
            raise FieldError(f"the separator of a StringAgg is text, not {separator!r}")
        super().__init__(field, separator, distinct=distinct, order_by=order_by, _filter=_filter)

    def argument(self, scope: Scope) -> Term:
        term = super().argument(scope)
        return Term(as_text(term.expression), None, term.aggregate)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Text()


class _OfTruth(Aggregate):
    populate_field_object: ClassVar[bool] = False

    def argument(self, scope: Scope) -> Term:
        term = super().argument(scope)
        if not isinstance(term.expression.type, types.Boolean):
            raise FieldError(f"{type(self).__name__} takes truth values, not {family(term.expression.type)}")
        return term

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return types.Boolean()


class BoolAnd(_OfTruth):
    """True if all values are; None over no values."""

    database_func = "EVERY"


class BoolOr(_OfTruth):
    """True if any value is; None over no values."""

    database_func = "SOME"


class _OfOrder(Aggregate):
    """Of all values in ascending order; `_filter` takes only the rows that meet a condition."""

    populate_field_object: ClassVar[bool] = False

    def __init__(self, field: Union[str, Expression], *numbers: float, _filter: Optional[Q] = None) -> None:
        super().__init__(field, *numbers, _filter=_filter)

    def resolve(self, scope: Scope) -> Term:
        value, *numbers = [part.resolve(scope) for part in (self.field, *self.default_values)]
        if value.aggregate:
            raise FieldError(f"{type(self).__name__} cannot be taken of another aggregate")
        condition = None if self.condition is None else scope.predicate(self.condition)
        sql_type = self.result_type(value.expression.type)
        order = (OrderBy(value.expression, False),)
        arguments = OrderedArguments(tuple([number.expression for number in numbers]), order, value.expression.type)
        tree = OrderedSet(checked_name(type(self)), arguments, False, condition, sql_type)
        return Term(tree, value.field if sql_type == value.expression.type else None, True)


def _fraction(call: str, fraction: float) -> float:
    if type(fraction) not in (int, float) or not 0 <= fraction <= 1:
        raise FieldError(f"{call} takes a fraction from 0 to 1, not {fraction!r}")
    return float(fraction)


class PercentileCont(_OfOrder):
    """The value below which `fraction` of the numbers are, between two of them if need be: 0.5 is the median."""

    database_func = "PERCENTILE_CONT"

    def __init__(self, field: Union[str, Expression], fraction: float, *, _filter: Optional[Q] = None) -> None:
        super().__init__(field, _fraction("PercentileCont", fraction), _filter=_filter)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        check_numbers("PercentileCont", argument)
        return types.Float()


class PercentileDisc(_OfOrder):
    """The first of the values, of any type that has an order, that `fraction` of them are not beyond."""

    database_func = "PERCENTILE_DISC"

    def __init__(self, field: Union[str, Expression], fraction: float, *, _filter: Optional[Q] = None) -> None:
        super().__init__(field, _fraction("PercentileDisc", fraction), _filter=_filter)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return argument


class Mode(_OfOrder):
    """The most frequent value."""

    database_func = "MODE"

    def __init__(self, field: Union[str, Expression], *, _filter: Optional[Q] = None) -> None:
        super().__init__(field, _filter=_filter)

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        return argument
