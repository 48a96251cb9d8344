"""ORDER BY."""

from __future__ import annotations

from typing import Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.base.errors import FieldError
from tortoise_core.query.clauses.grouping import group_alias, group_term
from tortoise_core.query.expressions import Expression, F
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.resolving import QueryScope

Entry = Union[str, Ordering]


def order_by(scope: QueryScope, named: set[Optional[str]]) -> tuple[se.Order, ...]:
    """The order asked for, otherwise that of the model. `named`: the aliases of the result."""
    entries = _entries(scope)
    scope.position = scope.request.ordering_start
    return tuple([term for entry in entries for term in _terms(scope, entry, named)])


def _entries(scope: QueryScope) -> tuple[Entry, ...]:
    request = scope.request
    entries: Optional[tuple[Entry, ...]] = request.ordering
    if not request.distinct_on:
        return entries if entries is not None else () if request.group_by else tuple(scope.meta.ordering)
    if entries is None:
        # the first of each group is that of the model's order, or else the one with the smallest key
        return (*request.distinct_on, *(scope.meta.ordering or ("pk",)))
    first = [ordered_name(entry) for entry in entries[: len(request.distinct_on)]]
    if set(first) != set(request.distinct_on):
        names = ", ".join(map(repr, request.distinct_on))
        raise FieldError(f"distinct({names}) keeps the first row of each: order_by has to begin with {names}")
    return entries


def ordered_name(entry: Entry) -> str:
    """The name that is ordered by; "" for an expression that is more than a name."""
    if isinstance(entry, Ordering):
        return entry.expression.name if isinstance(entry.expression, F) else ""
    return entry.lstrip("-")


def _terms(scope: QueryScope, entry: Entry, named: set[Optional[str]]) -> list[se.Order]:
    """The terms of one entry: one, or for a key of several columns each of them in the same direction."""
    name = ordered_name(entry)
    if not name and isinstance(entry, Ordering):
        assert isinstance(entry.expression, Expression)
        return [_term(entry.expression.resolve(scope).expression, entry)]
    names = [field.model_field_name for field in scope.meta.key] if name == "pk" else [name]
    return [_term(named_term(scope, each, named), entry) for each in names]


def _term(expression: ex.Expression, entry: Entry) -> se.Order:
    if isinstance(entry, str):
        return se.OrderBy(expression, entry.startswith("-"))
    return entry.node(expression)


def named_term(scope: QueryScope, name: str, named: set[Optional[str]]) -> ex.Expression:
    """What a name in an order means. `named`: the aliases of the result."""
    if name in scope.request.group_by:
        return group_term(scope, name, named)
    term = scope.path(name)
    if scope.request.distinct and name in scope.request.annotations:
        # DISTINCT orders by what is selected; written out twice, parameters would make it something else
        alias = next((alias for alias in (name, group_alias(name)) if alias in named), None)
        return term.expression if alias is None else ex.OutputRef(alias, term.expression.type)
    return term.expression
