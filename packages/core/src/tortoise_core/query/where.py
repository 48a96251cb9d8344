"""Conditions resolved into predicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Protocol

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast.documents import JsonPath
from tortoise_core.ast.subqueries import Truth
from tortoise_core.ast.types import Json
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import did_you_mean, shown
from tortoise_core.query.expressions import Expression
from tortoise_core.query.keys import KeyTerm, key_condition
from tortoise_core.query.lookups import LIST_KINDS, TEXT_LOOKUPS, Operand, find_lookup, own_lookup
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term
from tortoise_core.query.shapes import EXPRESSION, FLAG, NULL, PAIR, Conditions, Shaped
from tortoise_core.query.unlinked import unlinked
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fitting import ALL, DOCUMENT_PART, lookups_for

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

    def document_part(self, term: Term, path: str) -> tuple[Term, str]:
        """(what the keys in `path` lead to in a document, the lookup behind them or ""). Raises FieldError."""
        ...

    def slot_param(
        self, slot: int, term: Term, relation: Optional[Any], part: Optional[int], key: str = ""
    ) -> ex.Param:
        """The value at `slot` (or its item `part`) as a parameter compared with `term`; `key` for messages."""
        ...

    def text_param(self, slot: int, term: Term, key: str = "") -> ex.Param:
        """The value at `slot` as text that is looked for in `term`."""
        ...

    def slot_items(self, slot: int, term: Term, relation: Optional[Any], key: str = "") -> ex.ListParam:
        """The list at `slot` as a parameter compared with `term`."""
        ...


def resolve_condition(q: Q, scope: ConditionScope) -> tuple[ex.Predicate, bool]:
    """(the predicate of `q`, does it contain aggregates). Values are taken in the order of ``q.values``."""
    return _resolved(q, scope, 0) or (pr.And(()), False)


def _resolved(q: Q, scope: ConditionScope, depth: int) -> Optional[tuple[ex.Predicate, bool]]:
    """What `q` says, or None if it says nothing.

    An empty Q is no condition, wherever it stands: one that is true would make all of an OR true.
    """
    if depth > MAX_DEPTH:
        raise FieldError(f"conditions are nested more than {MAX_DEPTH} deep")
    if isinstance(q, Expression):
        return _stated(q.resolve(scope))
    said = [_resolved(child, scope, depth + 1) for child in q.children]
    said += [_lookup(key, value, scope) for key, value in q.filters.items()]
    parts = [part for part in said if part is not None]
    if not parts:
        return None
    predicates = tuple([predicate for predicate, _ in parts])
    joined: ex.Predicate
    if len(predicates) == 1:
        joined = predicates[0]
    else:
        joined = pr.And(predicates) if q.join_type == Q.AND else pr.Or(predicates)
    return (pr.Not(joined) if q.negated else joined), any(summed for _, summed in parts)


def _stated(term: Term) -> tuple[ex.Predicate, bool]:
    """What a condition says that is an expression too."""
    assert isinstance(term.expression, Truth)
    return term.expression.predicate, term.aggregate


def _lookup(key: str, value: Any, scope: ConditionScope) -> tuple[ex.Predicate, bool]:
    missing = unlinked(key, value, scope)
    if missing is not None:
        return missing, False
    term, name, relation = scope.target(key)
    if isinstance(term, KeyTerm):
        return key_condition(term, name, value, scope), False
    if name == "filter" and isinstance(value, Conditions) and isinstance(term.expression.type, Json):
        return _document_conditions(key, value, scope, term)
    return _compared(key, name, value, scope, term, relation)


def _compared(
    key: str, name: str, value: Any, scope: ConditionScope, term: Term, relation: Optional[Any]
) -> tuple[ex.Predicate, bool]:
    check_fit(key, name, term)
    build = own_lookup(term, name) or find_lookup(name)
    if build is None:
        raise FieldError(f'Unknown lookup "{name}" in "{key}".{did_you_mean(name, _fitting(term))}')
    operand = _operand(key, name, value, scope, term, relation)
    aggregate = term.aggregate or (operand.term is not None and operand.term.aggregate)
    return build(term, operand), aggregate


def check_fit(key: str, name: str, term: Term) -> None:
    """Raise FieldError for a lookup of the engine that a type does not take."""
    fitting = _fitting(term)
    if name in ALL and name not in fitting and term.expression.type is not None:
        field = term.field
        what = "this expression" if field is None else f"{field.label}, a {type(field).__name__},"
        raise FieldError(f'"{key}": {what} has no lookup "{name}"; it has {", ".join(fitting)}')


def _fitting(term: Term) -> tuple[str, ...]:
    return DOCUMENT_PART if isinstance(term.expression, JsonPath) else lookups_for(term.expression.type)


def _document_conditions(
    key: str, conditions: Conditions, scope: ConditionScope, term: Term
) -> tuple[ex.Predicate, bool]:
    """All of the conditions on parts of a document."""
    scope.slot()  # the dict as a whole, which only other lookups take
    found: list[ex.Predicate] = []
    aggregate = term.aggregate
    for path, value in conditions.items():
        part, rest = scope.document_part(term, path)
        predicate, summed = _compared(f"{key}[{path!r}]", rest or "exact", value, scope, part, None)
        found.append(predicate)
        aggregate = aggregate or summed
    return (found[0] if len(found) == 1 else pr.And(tuple(found))), aggregate


def _operand(key: str, name: str, value: Any, scope: ConditionScope, term: Term, relation: Optional[Any]) -> Operand:
    """What stands right of a lookup; mirrors how `shapes.describe` told shape and values apart."""
    if value is None:
        return Operand(key, NULL)
    if isinstance(value, Expression):
        return Operand(key, EXPRESSION, term=value.resolve(scope))
    if isinstance(value, Q):
        raise FieldError(f"{key} cannot be compared with a condition")
    if key.endswith("__range") and isinstance(value, (list, tuple)) and any(isinstance(i, Shaped) for i in value):
        return Operand(key, PAIR, pair=_pair(key, name, value, scope, term))
    slot = scope.slot()
    if isinstance(value, Conditions):
        for _ in value.operands[1:]:
            scope.slot()

    def param(part: Optional[int] = None) -> ex.Param:
        if name in TEXT_LOOKUPS and not is_document(term) and own_lookup(term, name) is None:
            return scope.text_param(slot, term, key)
        return scope.slot_param(slot, term, relation, part, key)

    def like(field: Field[Any]) -> ex.Param:
        return scope.slot_param(slot, Term(term.expression, field), None, None, key)

    if value is True or value is False:
        return Operand(key, FLAG, flag=value, param=param, like=like)
    if name in ("in", "not_in"):
        return Operand(key, LIST_KINDS[_has_null(value)], items=lambda: scope.slot_items(slot, term, relation, key))
    return Operand(key, None, param=param, like=like)


def is_document(term: Term) -> bool:
    """True for a document as a whole."""
    return isinstance(term.expression.type, Json) and not isinstance(term.expression, JsonPath)


def _pair(
    key: str, name: str, value: Sequence[Any], scope: ConditionScope, term: Term
) -> tuple[ex.Expression, ex.Expression]:
    """The ends of a range of which one or both are expressions."""
    if name != "range" or len(value) != 2 or None in value:
        raise FieldError(f"{key} takes a pair (low, high), not {shown(value)}")
    ends = [
        item.resolve(scope).expression
        if isinstance(item, Expression)
        else scope.slot_param(scope.slot(), term, None, None, key)
        for item in value
    ]
    return ends[0], ends[1]


def _has_null(value: Any) -> bool:
    return None in value if isinstance(value, (list, tuple, set, frozenset, range)) else False
