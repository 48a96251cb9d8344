"""The columns of related rows, for select_related."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise_core.ast import select as se
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import path_parts
from tortoise_core.query.layout import Related
from tortoise_core.query.resolving import QueryScope
from tortoise_core.schema.fields.base import Field

Path = tuple[str, ...]
#: columns of related rows of which not all are wanted
Below = Mapping[Path, tuple[Field[Any], ...]]


def related_rows(scope: QueryScope, outputs: list[se.Output], below: Below) -> tuple[Related, ...]:
    """The related rows asked for; their columns are added to `outputs`."""
    found: dict[Path, Related] = {}
    asked = [path_parts(name) for name in scope.request.select_related]
    for parts in (*asked, *below):
        for end in range(1, len(parts) + 1):
            path = parts[:end]
            if path not in found:
                found[path] = _related_row(scope, path, outputs, below)
    return tuple(found.values())


def _related_row(scope: QueryScope, path: Path, outputs: list[se.Output], below: Below) -> Related:
    before = scope.joins.follow(path[:-1]).meta
    relation = before.relation(path[-1])
    if relation.many:
        raise FieldError(f"{relation.label} has many rows: use prefetch_related, select_related takes one")
    source = scope.joins.follow(path)
    start = len(outputs)
    fields = below.get(path, source.meta.columns)
    outputs.extend([se.Output(scope.joins.column(source, field), None) for field in fields])
    return Related(path, relation, source.meta, fields, start)
