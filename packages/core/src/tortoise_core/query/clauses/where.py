"""WHERE and HAVING."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast.windows import holds_window
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression
from tortoise_core.query.keys import KeyTerm
from tortoise_core.query.q import Q
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term
from tortoise_core.query.where import MAX_DEPTH, resolve_condition


def where_and_having(scope: QueryScope) -> tuple[Optional[ex.Predicate], Optional[ex.Predicate]]:
    """The filters, split by whether they look at groups."""
    where: list[ex.Predicate] = _linked(scope)
    having: list[ex.Predicate] = []
    for q, start in scope.request.filters:
        scope.position = start
        for part in _conjuncts(q):
            if part:
                predicate, aggregate = resolve_condition(part, scope)
                if holds_window(predicate):
                    raise FieldError(f"{shown(part)}: a window is computed over the rows that conditions leave")
                (having if aggregate else where).append(predicate)
    return _conjunction(where), _conjunction(having)


def _linked(scope: QueryScope) -> list[ex.Predicate]:
    """The condition that rows are linked to given keys; joins the link table."""
    if scope.request.linked is None:
        return []
    relation, slot = scope.request.linked
    columns = scope.joins.link_columns(relation)
    terms = tuple([Term(column, field) for column, field in zip(columns, relation.own_key)])
    if len(terms) > 1:
        return [KeyTerm(terms, relation.label, None).among(slot, scope)]
    return [pr.InList(term.expression, scope.slot_items(slot, term, None)) for term in terms]


def _conjuncts(q: Q, depth: int = 0) -> list[Q]:
    """The parts of a condition that all must hold, so that each finds its clause; order is kept."""
    if q.negated or q.join_type != Q.AND or depth > MAX_DEPTH or isinstance(q, Expression):
        return [q]
    parts: list[Q] = []
    for child in q.children:
        parts.extend(_conjuncts(child, depth + 1))
    return parts + [Q(**{key: value}) for key, value in q.filters.items()]


def _conjunction(parts: list[ex.Predicate]) -> Optional[ex.Predicate]:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else pr.And(tuple(parts))
