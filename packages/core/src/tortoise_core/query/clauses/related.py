"""The columns of related rows, for select_related."""

from __future__ import annotations

from tortoise_core.ast import select as se
from tortoise_core.base.errors import FieldError
from tortoise_core.query.layout import Related
from tortoise_core.query.resolving import QueryScope


def related_rows(scope: QueryScope, outputs: list[se.Output]) -> tuple[Related, ...]:
    """The related rows asked for; their columns are added to `outputs`."""
    found: dict[tuple[str, ...], Related] = {}
    for name in scope.request.select_related:
        parts = tuple(name.split("__"))
        for end in range(1, len(parts) + 1):
            path = parts[:end]
            if path not in found:
                found[path] = _related_row(scope, path, outputs)
    return tuple(found.values())


def _related_row(scope: QueryScope, path: tuple[str, ...], outputs: list[se.Output]) -> Related:
    before = scope.joins.follow(path[:-1]).meta
    relation = before.relation(path[-1])
    if relation.many:
        raise FieldError(f"{relation.label} has many rows: use prefetch_related, select_related takes one")
    source = scope.joins.follow(path)
    start = len(outputs)
    fields = source.meta.columns
    outputs.extend([se.Output(scope.joins.column(source, field), None) for field in fields])
    return Related(path, relation, source.meta, fields, start)
