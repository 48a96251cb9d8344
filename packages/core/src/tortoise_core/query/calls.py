"""Calls of functions and aggregates of the server: the bases that users derive their own from.

A function of one's own is a class with a name::

    class Initials(Function):
        database_func = "INITIALS"

which serves as ``annotate(i=Initials("name"))``. Where the same function has other names elsewhere, a dialect maps
them (`Compiler.functions`).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.windows import holds_window
from tortoise_core.base.errors import ConfigurationError, FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Arithmetical, Expression, F, check_numbers, expression_of
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")


class Function(Arithmetical):
    """A call of `database_func` with `field` and what follows it.

    `field` is a field's name, a path over relations, or an expression; all further arguments are expressions or
    constants. Raises ConfigurationError for a class that names no function.
    """

    #: the name of the function in SQL, optionally with its schema
    database_func: ClassVar[str] = ""
    #: results are values of the first argument's field, and read as those are. Default False
    populate_field_object: ClassVar[bool] = False

    def __init__(self, field: Union[str, Expression, Any], *default_values: Any) -> None:
        self.field = F(field) if isinstance(field, str) else expression_of(field)
        self.default_values = tuple([expression_of(value) for value in default_values])
        arguments = (self.field, *self.default_values)
        self.shape: Hashable = ("Function", type(self), tuple([argument.shape for argument in arguments]))
        self.values: tuple[Any, ...] = sum([argument.values for argument in arguments], ())

    def resolve(self, scope: Scope) -> Term:
        terms = [argument.resolve(scope) for argument in (self.field, *self.default_values)]
        return self.call(terms)

    def call(self, terms: Sequence[Term]) -> Term:
        """The call, with its arguments resolved."""
        sql_type = self.result_type(terms[0].expression.type)
        tree = ex.Function(checked_name(type(self)), tuple([term.expression for term in terms]), sql_type)
        field = terms[0].field if self.populate_field_object else None
        return Term(tree, field, any(term.aggregate for term in terms))

    def result_type(self, argument: Optional[types.SqlType]) -> Optional[types.SqlType]:
        """The type of the result for the first argument's type; None where it is not known."""
        return argument if self.populate_field_object else None


class Aggregate(Function):
    """A function over the rows of a group.

    `distinct` takes equal values once; `_filter` takes only the rows that meet a condition.
    """

    populate_field_object: ClassVar[bool] = True
    #: nothing but numbers can be aggregated. Default False
    of_numbers: ClassVar[bool] = False

    def __init__(
        self,
        field: Union[str, Expression],
        *default_values: Any,
        distinct: bool = False,
        _filter: Optional[Q] = None,
    ) -> None:
        if _filter is not None and not isinstance(_filter, Q):
            raise FieldError(f"_filter takes a Q object, not {shown(_filter)}")
        super().__init__(field, *default_values)
        self.distinct, self.condition = bool(distinct), _filter
        condition: tuple[Hashable, tuple[Any, ...]] = (None, ()) if _filter is None else (_filter.shape, _filter.values)
        self.shape = (self.shape, self.distinct, condition[0])
        self.values = self.values + condition[1]

    def resolve(self, scope: Scope) -> Term:
        first = self.argument(scope)
        terms = [first, *[value.resolve(scope) for value in self.default_values]]
        if any(term.aggregate for term in terms):
            raise FieldError(f"{type(self).__name__} cannot be taken of another aggregate")
        if any(holds_window(term.expression) for term in terms):
            raise FieldError(f"{type(self).__name__} cannot be taken of a window, which is computed over the groups")
        if self.of_numbers:
            check_numbers(type(self).__name__, first.expression.type)
        condition = None if self.condition is None else scope.predicate(self.condition)
        sql_type = self.result_type(first.expression.type)
        arguments = first.expression
        if len(terms) > 1:
            arguments = ex.Arguments(tuple([term.expression for term in terms]), first.expression.type)
        tree = ex.Aggregate(checked_name(type(self)), arguments, self.distinct, condition, sql_type)
        return Term(tree, first.field if self.keeps_field(first) else None, True)

    def argument(self, scope: Scope) -> Term:
        """The expression that is aggregated."""
        return self.field.resolve(scope)

    def keeps_field(self, argument: Term) -> bool:
        """True if results are values of the argument's own field."""
        return self.populate_field_object


def checked_name(function: type[Function]) -> str:
    """The name of a function, which stands in the SQL as it is. Raises ConfigurationError."""
    name: Any = function.database_func
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ConfigurationError(
            f'{function.__name__}.database_func is the name of a function, such as "UPPER", not {shown(name)}'
        )
    return name
