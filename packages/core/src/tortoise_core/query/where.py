"""Conditions resolved into predicates."""

from __future__ import annotations

from typing import Any, Optional, Protocol

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import did_you_mean
from tortoise_core.query.expressions import Expression
from tortoise_core.query.lookups import LIST_KINDS, LOOKUPS, TEXT_LOOKUPS, Operand, find_lookup
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term
from tortoise_core.query.shapes import EXPRESSION, FLAG, NULL

#: deeper conditions than this are refused, before Python's own limit is reached
MAX_DEPTH = 200


class ConditionScope(Scope, Protocol):
    """What conditions need of the query being built, beyond what expressions do."""

    def target(self, key: str) -> tuple[Term, str, Optional[Any]]:
        """(left side, name of the lookup, relation compared by key or None). Raises FieldError."""
        ...

    def slot(self) -> int:
        """Position of the next value."""
        ...

    def slot_param(self, slot: int, term: Term, relation: Optional[Any], part: Optional[int]) -> ex.Param:
        """The value at `slot` (or its item `part`) as a parameter compared with `term`."""
        ...

    def text_param(self, slot: int, term: Term) -> ex.Param:
        """The value at `slot` as text that is looked for in `term`."""
        ...

    def slot_items(self, slot: int, term: Term, relation: Optional[Any]) -> ex.ListParam:
        """The list at `slot` as a parameter compared with `term`."""
        ...


def resolve_condition(q: Q, scope: ConditionScope, depth: int = 0) -> tuple[ex.Predicate, bool]:
    """(the predicate of `q`, does it contain aggregates). Values are taken in the order of ``q.values``."""
    if depth > MAX_DEPTH:
        raise FieldError(f"conditions are nested more than {MAX_DEPTH} deep")
    parts: list[ex.Predicate] = []
    aggregate = False
    for child in q.children:
        predicate, summed = resolve_condition(child, scope, depth + 1)
        parts.append(predicate)
        aggregate = aggregate or summed
    for key, value in q.filters.items():
        predicate, summed = _lookup(key, value, scope)
        parts.append(predicate)
        aggregate = aggregate or summed
    joined: ex.Predicate
    if len(parts) == 1:
        joined = parts[0]
    else:
        # an empty Q is no condition at all, also when it was to be joined by OR
        joined = pr.And(tuple(parts)) if q.join_type == Q.AND or not parts else pr.Or(tuple(parts))
    return (pr.Not(joined) if q.negated and parts else joined), aggregate


def _lookup(key: str, value: Any, scope: ConditionScope) -> tuple[ex.Predicate, bool]:
    term, name, relation = scope.target(key)
    build = find_lookup(name)
    if build is None:
        raise FieldError(f'Unknown lookup "{name}" in "{key}".{did_you_mean(name, LOOKUPS)}')
    operand = _operand(key, name, value, scope, term, relation)
    aggregate = term.aggregate or (operand.term is not None and operand.term.aggregate)
    return build(term, operand), aggregate


def _operand(key: str, name: str, value: Any, scope: ConditionScope, term: Term, relation: Optional[Any]) -> Operand:
    """What stands right of a lookup; mirrors how `shapes.describe` told shape and values apart."""
    if value is None:
        return Operand(key, NULL)
    if isinstance(value, Expression):
        return Operand(key, EXPRESSION, term=value.resolve(scope))
    if isinstance(value, Q):
        raise FieldError(f"{key} cannot be compared with a condition")
    slot = scope.slot()

    def param(part: Optional[int] = None) -> ex.Param:
        return scope.text_param(slot, term) if name in TEXT_LOOKUPS else scope.slot_param(slot, term, relation, part)

    if value is True or value is False:
        return Operand(key, FLAG, flag=value, param=param)
    if name in ("in", "not_in"):
        return Operand(key, LIST_KINDS[_has_null(value)], items=lambda: scope.slot_items(slot, term, relation))
    return Operand(key, None, param=param)


def _has_null(value: Any) -> bool:
    return None in value if isinstance(value, (list, tuple, set, frozenset, range)) else False
