"""Expressions of the user's: columns, constants, arithmetic, CASE."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Hashable
from decimal import Decimal
from typing import Any, Optional, Union
from uuid import UUID

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term
from tortoise_core.query.shapes import Shaped
from tortoise_core.schema.db_defaults import Computed

#: SQL type of a constant by its Python type
CONSTANT_TYPES = {
    bool: types.Boolean(),
    int: types.Integer(64),
    float: types.Float(),
    str: types.Text(),
    Decimal: types.Numeric(),
    dt.datetime: types.Timestamp(),
    dt.date: types.Date(),
    dt.time: types.Time(),
    dt.timedelta: types.Duration(),
    bytes: types.Binary(),
    UUID: types.Uuid(),
}


class Expression(Shaped, Computed):
    """Base of what can stand for a value in a query. Never changes once made."""

    def resolve(self, scope: Scope) -> Term:
        """The tree of this expression; takes its values from `scope` in the order of `values`."""
        raise FieldError(f"{type(self).__name__} cannot stand in a query")

    def asc(self, *, nulls_first: bool = False, nulls_last: bool = False) -> Ordering:
        """This in an order, smallest first; says where NULL goes, which otherwise is up to the server."""
        return Ordering.of(self, False, nulls_first, nulls_last)

    def desc(self, *, nulls_first: bool = False, nulls_last: bool = False) -> Ordering:
        """This in an order, largest first; says where NULL goes, which otherwise is up to the server."""
        return Ordering.of(self, True, nulls_first, nulls_last)


class Arithmetical(Expression):
    """What takes part in + - * / % **."""

    def __add__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "+", other)

    def __radd__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "+", self)

    def __sub__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "-", other)

    def __rsub__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "-", self)

    def __mul__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "*", other)

    def __rmul__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "*", self)

    def __truediv__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "/", other)

    def __rtruediv__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "/", self)

    def __mod__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "%", other)

    def __rmod__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "%", self)

    def __rpow__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(other, "^", self)

    def __pow__(self, other: Any) -> CombinedExpression:
        return CombinedExpression(self, "^", other)

    def __neg__(self) -> CombinedExpression:
        return CombinedExpression(self, "*", -1)


class F(Arithmetical):
    """The value of a field, a related field (``team__name``) or an annotation."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.shape: Hashable = ("F", name)
        self.values: tuple[Any, ...] = ()

    def resolve(self, scope: Scope) -> Term:
        return scope.path(self.name)


class Value(Arithmetical):
    """A constant, always bound."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.shape: Hashable = ("Value", None if value is None else type(value))
        self.values: tuple[Any, ...] = () if value is None else (value,)

    def resolve(self, scope: Scope) -> Term:
        return Term(ex.Null(None)) if self.value is None else scope.constant(self.value)


def expression_of(value: Any) -> Expression:
    """`value` as an expression: itself if it is one, otherwise a constant."""
    return value if isinstance(value, Expression) else Value(value)


class Connector(enum.Enum):
    """The operators of arithmetic."""

    add = "add"
    sub = "sub"
    mul = "mul"
    div = "truediv"
    pow = "pow"
    mod = "mod"


_OPERATORS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "^", "mod": "%"}


class CombinedExpression(Arithmetical):
    """``left connector right``; the connector is a `Connector` or one of + - * / % ^ (power)."""

    def __init__(self, left: Any, connector: Union[Connector, str], right: Any) -> None:
        operator = _OPERATORS[connector.value] if isinstance(connector, Connector) else connector
        if operator not in _OPERATORS.values():
            raise FieldError(f"an expression is combined by a Connector, not {shown(connector)}")
        self.left, self.connector, self.right = expression_of(left), operator, expression_of(right)
        self.shape: Hashable = (operator, self.left.shape, self.right.shape)
        self.values: tuple[Any, ...] = self.left.values + self.right.values

    def resolve(self, scope: Scope) -> Term:
        left, right = self.left.resolve(scope), self.right.resolve(scope)
        for term in (left, right):
            check_numbers(f'"{self.connector}"', term.expression.type)
        field = left.field or right.field
        sql_type = result_type(left.expression.type, right.expression.type)
        if sql_type is not None and field is not None and left.expression.type != right.expression.type:
            # the result is wider than either column, so it is read as what the server makes of it
            field = next((t.field for t in (left, right) if t.field and t.expression.type == sql_type), None)
        tree = ex.Arithmetic(self.connector, left.expression, right.expression, sql_type)
        return Term(tree, field, left.aggregate or right.aggregate)


_WIDTH = {types.Integer: 0, types.Numeric: 1, types.Float: 2}


def result_type(left: Optional[types.SqlType], right: Optional[types.SqlType]) -> Optional[types.SqlType]:
    """The type of arithmetic between two types: the wider of two numbers, otherwise the left one."""
    if left is None or right is None:
        return left or right
    if isinstance(left, types.Integer) and isinstance(right, types.Integer):
        return left if left.bits >= right.bits else right
    wide = _WIDTH.get(type(left)), _WIDTH.get(type(right))
    return right if None not in wide and wide[1] > wide[0] else left  # type: ignore[operator]  # both known here


#: types that arithmetic and sums take
NUMBERS = (types.Integer, types.Numeric, types.Float)


def family(sql_type: Optional[types.SqlType]) -> str:
    """What values of a type are, for messages; types of one family can stand for each other."""
    if isinstance(sql_type, NUMBERS):
        return "numbers"
    return "text" if isinstance(sql_type, (types.Text, types.Varchar)) else type(sql_type).__name__.lower()


def check_numbers(what: str, sql_type: Optional[types.SqlType]) -> None:
    """Raise FieldError where a type is known and is none of numbers."""
    if sql_type is not None and not isinstance(sql_type, NUMBERS):
        raise FieldError(f"{what} takes numbers, not {family(sql_type)}")


def common_type(found: list[Optional[types.SqlType]]) -> Optional[types.SqlType]:
    """The type of a CASE whose results have these types. FieldError if no type holds them all."""
    common: Optional[types.SqlType] = None
    for sql_type in found:
        if None not in (common, sql_type) and family(common) != family(sql_type):
            raise FieldError(f"a Case gives values of one kind, not both {family(common)} and {family(sql_type)}")
        common = result_type(common, sql_type)
    return common


def widened(expression: ex.Expression, sql_type: Optional[types.SqlType]) -> ex.Expression:
    """A number as one of the wider type that its CASE has, where the two are written differently."""
    if expression.type is None or type(expression.type) is type(sql_type) or not isinstance(sql_type, NUMBERS):
        return expression
    return ex.Cast(expression, types.Numeric() if isinstance(sql_type, types.Numeric) else sql_type)


class When(Expression):
    """One branch of a `Case`: conditions as for `filter`, and what it gives then."""

    def __init__(self, *args: Q, then: Any, negate: bool = False, **kwargs: Any) -> None:
        if not args and not kwargs:
            raise FieldError("When needs a condition")
        condition = Q(*args, **kwargs)
        self.condition = ~condition if negate else condition
        self.then = expression_of(then)
        self.shape: Hashable = ("When", self.condition.shape, self.then.shape)
        self.values: tuple[Any, ...] = self.condition.values + self.then.values


class Case(Expression):
    """The first `When` whose condition holds, or `default` (NULL if not given)."""

    def __init__(self, *args: When, default: Any = None) -> None:
        if not args or not all(isinstance(arg, When) for arg in args):
            raise FieldError("Case takes one or more When(...)")
        self.whens = args
        self.default = expression_of(default)
        self.shape: Hashable = ("Case", tuple([when.shape for when in args]), self.default.shape)
        self.values: tuple[Any, ...] = sum([when.values for when in args], ()) + self.default.values

    def resolve(self, scope: Scope) -> Term:
        whens: list[tuple[ex.Predicate, Term]] = []
        for when in self.whens:
            test = scope.predicate(when.condition)
            whens.append((test, when.then.resolve(scope)))
        default = self.default.resolve(scope)
        results = [*[term for _, term in whens], default]
        sql_type = common_type([term.expression.type for term in results])
        branches = tuple([(test, widened(term.expression, sql_type)) for test, term in whens])
        tree = ex.Case(branches, widened(default.expression, sql_type), sql_type)
        field = next((t.field for t in results if t.field is not None and t.expression.type == sql_type), None)
        if field is None and not isinstance(sql_type, NUMBERS):
            field = next((term.field for term in results if term.field is not None), None)
        return Term(tree, field, any(term.aggregate for term in results))
