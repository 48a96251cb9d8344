"""``many__not`` and ``many__not_in``: rows of which no related row is the one, or any of those, that are named.

Joined, as other lookups are, they would be met by any other related row.
"""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.query.expressions import Expression
from tortoise_core.query.keys import KeyTerm
from tortoise_core.query.paths import parse_path
from tortoise_core.query.scope import Term
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.relations import ManyToManyFieldInstance, Relation


def unlinked(key: str, value: Any, scope: Any) -> Optional[ex.Predicate]:
    """The condition ``key=value``, or None if it is not of this kind."""
    if value is None or not key.endswith(("__not", "__not_in")) or isinstance(value, Expression):
        return None
    if key.rpartition("__")[0] in scope.request.annotations:
        return None
    path = parse_path(scope.meta, key)
    relation = path.last
    if path.field is not None or path.key or relation is None or not relation.many or len(path.rest) != 1:
        return None
    source = scope.joins.follow(path.relations[:-1])
    own = tuple([scope.joins.column(source, field) for field in _own_fields(relation)])
    missing: ex.Predicate = pr.Not(pr.InSelect(own, _linked_rows(relation, path.rest[0], scope)))
    if path.rest == ("not_in",) and None in value:
        # None stands for no row at all; of a row that is not there itself the answer is no, never unknown
        there = [pr.IsNull(column, True) for column in own] if source.optional else []
        return pr.And((missing, *there, pr.InSelect(own, _linked_rows(relation, "", scope))))
    if source.optional:
        missing = pr.Or((missing, *[pr.IsNull(column, False) for column in own]))
    return missing


def _own_fields(relation: Relation) -> tuple[Field[Any], ...]:
    if isinstance(relation, ManyToManyFieldInstance):
        return relation.own_key
    return tuple([own for own, _ in relation.pairs])


def _linked_rows(relation: Relation, lookup: str, scope: Any) -> se.Select:
    """The keys of this side's rows to which a row is related that the value names; without a lookup, any row."""
    clock = scope.backend.clock
    if isinstance(relation, ManyToManyFieldInstance):
        name, schema = relation.link_table, relation.declared.model._meta.schema
        near = [ex.Column(name, column, None) for column in relation.own_columns]
        columns = zip(relation.far_columns, relation.far_key)
        far = [Term(ex.Column(name, column, field.sql_type(clock)), field) for column, field in columns]
        where: list[ex.Predicate] = []
    else:
        meta = relation.related_model._meta
        name, schema = meta.db_table, meta.schema
        near = [ex.Column(name, field.column, field.sql_type(clock)) for _, field in relation.pairs]
        far = [Term(ex.Column(name, field.column, field.sql_type(clock)), field) for field in meta.key]
        # one NULL among them would make NOT IN unknown for every row
        where = [pr.IsNull(column, True) for column, (_, field) in zip(near, relation.pairs) if field.null]
    if lookup:
        where.append(_named(tuple(far), relation, lookup, scope))
    outputs = tuple([se.Output(column, None) for column in near])
    table, condition = se.Table(name, schema, name), pr.And(tuple(where)) if where else None
    return se.Select(outputs, table, (), condition, (), None, (), None, None, False)


def _named(far: tuple[Term, ...], relation: Relation, lookup: str, scope: Any) -> ex.Predicate:
    slot = scope.slot()
    if len(far) > 1:
        key = KeyTerm(far, relation.label, relation)
        return key.equals(slot, scope) if lookup == "not" else key.among(slot, scope)
    term = next(iter(far))
    if lookup == "not":
        return pr.Compare("=", term.expression, scope.slot_param(slot, term, relation, None))
    return pr.InList(term.expression, scope.slot_items(slot, term, relation))
