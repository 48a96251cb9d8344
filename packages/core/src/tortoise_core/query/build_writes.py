"""UPDATE and DELETE of the rows that a query finds."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import writes as wr
from tortoise_core.base.errors import FieldError
from tortoise_core.query.build import QueryBuild
from tortoise_core.query.expressions import Expression
from tortoise_core.query.resolving import key_encoder
from tortoise_core.schema.converters import store_encoder
from tortoise_core.schema.relations import Relation


def build_update(build: QueryBuild) -> wr.Update:
    """UPDATE of the rows, with the values assigned."""
    assignments: list[tuple[str, ex.Expression]] = []
    for name, (value, start) in build.request.assignments.items():
        assignments.extend(_assignment(build, name, value, start))
    if build.joins.nodes:
        raise FieldError("update takes values of the same table, not of related ones")
    return wr.Update(build.joins.table(build.joins.root), tuple(assignments), _own_rows(build))


def _assignment(build: QueryBuild, name: str, value: Any, start: int) -> list[tuple[str, ex.Expression]]:
    found = build.meta.pk if name == "pk" else build.meta.fields_map.get(name)
    if found is None:
        raise build.meta.unknown(name)
    encode: ex.Encode
    if isinstance(found, Relation):
        if not found.pairs or found.many:
            raise FieldError(f"{found.label} has many rows and no column to update")
        field, relation = found.pairs[0][0], found
        encode = key_encoder(store_encoder(field, build.backend), relation)
    else:
        field, encode = found, store_encoder(found, build.backend)
    if field.pk:
        raise FieldError(f"{field.label} is the primary key; it cannot be updated")
    if isinstance(value, Expression):
        build.position = start
        return [(field.column, value.resolve(build).expression)]
    return [(field.column, ex.Param(start, field.sql_type(build.backend.clock), encode, False))]


def build_delete(build: QueryBuild) -> wr.Delete:
    """DELETE of the rows."""
    return wr.Delete(build.joins.table(build.joins.root), _own_rows(build))


def _own_rows(build: QueryBuild) -> Optional[ex.Predicate]:
    """The rows that a write is about; through their keys where more than a WHERE decides which."""
    request = build.request
    if request.group_by:
        raise FieldError("update and delete are about rows, not groups: leave group_by out")
    probe = QueryBuild(build.meta, build.backend, request, build.values)
    where, having = probe.where_and_having()
    if not probe.joins.nodes and having is None and request.limit is None and request.offset is None:
        return where
    keys = tuple([build.joins.column(build.joins.root, field) for field in build.meta.key])
    sub = QueryBuild(build.meta, build.backend, request, build.values)
    return pr.InSelect(keys, sub.select_keys(ordered=request.limit is not None or request.offset is not None))
