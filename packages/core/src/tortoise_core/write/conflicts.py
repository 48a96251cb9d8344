"""What becomes of new rows that conflict with rows that are there: the rule, and the clause made of it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import writes as wr
from tortoise_core.ast.raw import Raw
from tortoise_core.base.errors import FieldError
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.expressions import Expression
from tortoise_core.query.inline import inline_text
from tortoise_core.query.q import Q
from tortoise_core.query.request import Request
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import ListValue, Term
from tortoise_core.query.where import resolve_condition
from tortoise_core.schema.converters import store_encoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance


class OnConflict(NamedTuple):
    """The unique constraint that is meant, and what its conflicts do to the row in the way.

    `targets` are the columns of the constraint, or `constraint` is its name; neither stands for any. `where` tells a
    partial index by its condition. `updates` are the columns to update and what they get: None for the value of the
    refused row; () for none. Only rows that meet `update_where` are updated.
    """

    targets: tuple[str, ...]
    updates: tuple[tuple[Field[Any], Optional[Any]], ...]
    constraint: Optional[str] = None
    where: Optional[Q] = None
    update_where: Optional[Q] = None

    def shape(self, backend: Backend) -> Hashable:
        """All that decides the clause. The condition of an index is written out, and so is part of it."""
        given = tuple([(f.column, v.shape if isinstance(v, Expression) else v is not None) for f, v in self.updates])
        lists = tuple([backend.list_width(len(v)) for v in self.values() if type(v) is ListValue])
        where = None if self.where is None else (self.where.shape, repr(self.where.values))
        update_where = None if self.update_where is None else self.update_where.shape
        return (self.targets, given, self.constraint, where, update_where, lists)

    def values(self) -> list[Any]:
        """What is bound behind the values of each row."""
        found: list[Any] = []
        for _, value in self.updates:
            found += value.values if isinstance(value, Expression) else [] if value is None else [value]
        return found + list(() if self.update_where is None else self.update_where.values)


def on_conflict_of(
    meta: MetaInfo,
    targets: Iterable[str],
    updates: Iterable[str],
    constraint: Optional[str] = None,
    where: Optional[Q] = None,
    update_where: Optional[Q] = None,
) -> OnConflict:
    """The rule by the names of fields; relations stand for their keys. Every save's own stamps are updated too.

    A mapping of `updates` gives expressions or values. Raises FieldError for unknown names, for a primary key to
    update, and for one value for a key of several columns.
    """
    given = updates if isinstance(updates, Mapping) else {}
    found: dict[Field[Any], Any] = {}
    for name in updates:
        fields = _fields(meta, name)
        if name in given and len(fields) > 1:
            raise FieldError(f'"{name}" is a key of several columns; name their fields')
        found.update({field: given.get(name) for field in fields})
    for field in found:
        if field.pk:
            raise FieldError(f"{field.label} is the primary key; it cannot be updated")
        if field.computation is not None:
            raise FieldError(f"{field.label} is computed by the database; it cannot be updated")
    if found:
        found = {**found, **{field: None for field in meta.columns if field.automatic[1] and field not in found}}
    columns = [field.column for name in targets for field in _fields(meta, name)]
    return OnConflict(tuple(dict.fromkeys(columns)), tuple(found.items()), constraint, where, update_where)


def _fields(meta: MetaInfo, name: str) -> list[Field[Any]]:
    field = meta.fields_map.get(name)
    if name == "pk":
        return list(meta.key)
    if isinstance(field, ForeignKeyFieldInstance):
        return [own for own, _ in field.pairs]
    if isinstance(field, Field):
        return [field]
    raise meta.unknown(name, more=("pk",))


class _ConflictScope(QueryScope):
    """The row in the way, and the refused one beside it."""

    def refused_value(self, name: str) -> Term:
        (field, *more) = _fields(self.meta, name)
        if more:
            raise FieldError(f'Excluded("{name}") is a key of several columns; name one of them')
        return Term(wr.Refused(field.column, field.sql_type(self.backend.clock)), field)


def conflict_node(record: type[Record], backend: Backend, rule: OnConflict, start: int) -> wr.Conflict:
    """The clause; its values begin at position `start`. Raises FieldError for values of other tables."""
    scope = _ConflictScope(record._meta, backend, Request(), [None] * start + rule.values())
    scope.position = start
    updates = tuple([(field.column, _new_value(scope, field, value)) for field, value in rule.updates])
    update_where: Optional[ex.Predicate] = None
    if rule.update_where:
        update_where, aggregate = resolve_condition(rule.update_where, scope)
        if aggregate:
            raise FieldError("update_where looks at rows, not at aggregates")
    if scope.joins.nodes:
        raise FieldError(f"an update on conflict takes values of {record.__name__} alone, not of related rows")
    where = None if not rule.where else Raw((inline_text(record, rule.where, backend),), None)
    return wr.Conflict(rule.targets, updates, rule.constraint, where, update_where)


def _new_value(scope: _ConflictScope, field: Field[Any], value: Any) -> ex.Expression:
    sql_type = field.sql_type(scope.backend.clock)
    if value is None:
        return wr.Refused(field.column, sql_type)
    if isinstance(value, Expression):
        return value.resolve(scope).expression
    return ex.Param(scope.slot(), sql_type, store_encoder(field, scope.backend), False)
