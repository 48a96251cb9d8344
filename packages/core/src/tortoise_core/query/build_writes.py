"""UPDATE and DELETE of the rows that a query finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import writes as wr
from tortoise_core.ast.windows import holds_window
from tortoise_core.base.errors import FieldError
from tortoise_core.query.build import QueryBuild
from tortoise_core.query.clauses.locking import locked, locks
from tortoise_core.query.clauses.slicing import is_sliced
from tortoise_core.query.clauses.values import value as named_value
from tortoise_core.query.expressions import Expression
from tortoise_core.query.keys import KeyTerm
from tortoise_core.query.resolving import key_encoder
from tortoise_core.query.scope import Term
from tortoise_core.schema.converters import store_encoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import AnyField
from tortoise_core.schema.relations import BackwardFKRelation, Relation


def build_update(build: QueryBuild) -> wr.Update:
    """UPDATE of the rows, with the values assigned."""
    _refuse_laterals(build)
    assignments: list[tuple[str, ex.Expression]] = []
    for name, (value, start) in build.request.assignments.items():
        assignments.extend(_assignment(build, name, value, start))
    if build.joins.nodes:
        raise FieldError("update takes values of the same table, not of related ones")
    return wr.Update(build.joins.table(build.joins.root), tuple(assignments), _own_rows(build), None)


def _assignment(build: QueryBuild, name: str, value: Any, start: int) -> list[tuple[str, ex.Expression]]:
    found = build.meta.pk if name == "pk" else build.meta.fields_map.get(name)
    if found is None:
        raise build.meta.unknown(name)
    if isinstance(found, Relation) and (not found.pairs or found.many or isinstance(found, BackwardFKRelation)):
        raise FieldError(f"{found.label} is kept in another table and has no column to update")
    fields = [own for own, _ in found.pairs] if isinstance(found, Relation) else [found]
    for field in fields:
        if field in build.meta.key:
            raise FieldError(f"{field.label} is the primary key; it cannot be updated")
        if field.computation is not None:
            raise FieldError(f"{field.label} is computed by the database; it cannot be updated")
    if isinstance(value, Expression):
        if len(fields) > 1:
            raise FieldError(f"{found.label} is a key of several columns; assign an instance or a tuple")
        build.position = start
        expression = value.resolve(build).expression
        if holds_window(expression):
            raise FieldError(f"{found.label} cannot be updated to a window: put it into a Subquery")
        return [(fields[0].column, expression)]
    clock = build.backend.clock
    encoders = _encoders(build, found, fields)
    return [(f.column, ex.Param(start, f.sql_type(clock), encode, False)) for f, encode in zip(fields, encoders)]


def _encoders(build: QueryBuild, found: AnyField, fields: list[Field[Any]]) -> list[ex.Encode]:
    """From the value assigned to what each column is to hold."""
    encoders = [store_encoder(field, build.backend) for field in fields]
    if not isinstance(found, Relation):
        return list(encoders)
    if len(fields) == 1:
        return [key_encoder(encoders[0], found)]
    terms = tuple([Term(ex.Null(None), field) for field in fields])
    key = KeyTerm(terms, found.label, found)
    return [_or_none(key.picking(at, encode), encode) for at, encode in enumerate(encoders)]


def _or_none(pick: ex.Encode, encode: ex.Encode) -> ex.Encode:
    """None, assigned as a whole, is None in each column."""

    def encode_part(value: Any) -> Any:
        chosen = encode if value is None else pick
        return value if chosen is None else chosen(value)

    return encode_part


def build_delete(build: QueryBuild) -> wr.Delete:
    """DELETE of the rows."""
    _refuse_laterals(build)
    return wr.Delete(build.joins.table(build.joins.root), _own_rows(build))


def _refuse_laterals(build: QueryBuild) -> None:
    for name in build.request.laterals:
        raise FieldError(
            f'update and delete join no query, and "{name}" is one: name the rows by a query, '
            f"{build.meta.name}.filter(pk__in=...)"
        )


def _own_rows(build: QueryBuild) -> Optional[ex.Predicate]:
    """The rows that a write is about; through their keys where more than a WHERE decides which."""
    request = build.request
    if request.group_by:
        raise FieldError("update and delete are about rows, not groups: leave group_by out")
    probe = QueryBuild(build.meta, build.backend, request, build.values)
    where, having = probe.where_and_having()
    if not (probe.joins.nodes or having is not None or is_sliced(request) or locks(probe)):
        return where
    keys = tuple([build.joins.column(build.joins.root, field) for field in build.meta.key])
    sub = QueryBuild(build.meta, build.backend, request, build.values)
    return pr.InSelect(keys, locked(sub, sub.select_keys(ordered=is_sliced(request))))


def returning(
    build: QueryBuild, write: Union[wr.Update, wr.Delete], paths: Sequence[str]
) -> tuple[wr.Returning, tuple[Term, ...]]:
    """`write` with the values at `paths` of each of its rows, and what they are. FieldError for those of others."""
    terms = tuple([named_value(build, path) for path in paths])
    if build.joins.nodes:
        raise FieldError("returning gives values of the same table, not of related ones")
    if any(term.aggregate for term in terms):
        raise FieldError("returning gives values of rows, not aggregates")
    return wr.Returning(write, tuple([se.Output(term.expression, None) for term in terms])), terms
