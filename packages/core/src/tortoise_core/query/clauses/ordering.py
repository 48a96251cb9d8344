"""ORDER BY."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.query.clauses.grouping import group_alias, group_term
from tortoise_core.query.resolving import QueryScope


def order_by(scope: QueryScope, named: set[Optional[str]]) -> tuple[se.OrderBy, ...]:
    """The order asked for, otherwise that of the model. `named`: the aliases of the result."""
    names = scope.request.ordering
    if names is None:
        names = () if scope.request.group_by else scope.meta.ordering
    names = tuple([part for name in names for part in _key_order(scope, name)])
    return tuple([se.OrderBy(_order_term(scope, n.lstrip("-"), named), n.startswith("-")) for n in names])


def _key_order(scope: QueryScope, name: str) -> tuple[str, ...]:
    """`name`, or if it is "pk" of several columns, each of them in the same direction."""
    if name.lstrip("-") != "pk":
        return (name,)
    return tuple([name[:-2] + field.model_field_name for field in scope.meta.key])


def _order_term(scope: QueryScope, name: str, named: set[Optional[str]]) -> ex.Expression:
    if name in scope.request.group_by:
        return group_term(scope, name, named)
    term = scope.path(name)
    if scope.request.distinct and name in scope.request.annotations:
        # DISTINCT orders by what is selected; written out twice, parameters would make it something else
        alias = next((alias for alias in (name, group_alias(name)) if alias in named), None)
        return term.expression if alias is None else ex.OutputRef(alias, term.expression.type)
    return term.expression
