"""The columns that `only` leaves."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import path_parts
from tortoise_core.query.paths import parse_path, unknown_path
from tortoise_core.query.resolving import QueryScope
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.relations import ForeignKeyFieldInstance

Fields = tuple[Field[Any], ...]


def only_fields(scope: QueryScope) -> tuple[Optional[Fields], dict[tuple[str, ...], Fields]]:
    """(columns of the model or None for all, columns of related rows by path). Raises FieldError."""
    if scope.request.only is None:
        return None, {}
    own: list[Field[Any]] = []
    below: dict[tuple[str, ...], list[Field[Any]]] = {}
    for name in scope.request.only:
        if name in scope.request.named:
            continue  # annotations come along in any case
        _place(scope.meta, name, own, below)
    if not own:
        own = list(scope.meta.key)
    for parts in (*[path_parts(name) for name in scope.request.select_related], *list(below)):
        _lead_to(scope.meta, parts, own, below)
    # related rows are told from missing ones by their keys
    related = {path: _ordered(_meta_at(scope.meta, path), fields, True) for path, fields in below.items()}
    return _ordered(scope.meta, own, False), related


def _place(meta: MetaInfo, name: str, own: list[Field[Any]], below: dict[tuple[str, ...], list[Field[Any]]]) -> None:
    path = parse_path(meta, name)
    if path.rest or (path.field is None and path.last is None):
        raise unknown_path(meta, name)
    if path.field is not None:
        (below.setdefault(path.relations, []) if path.relations else own).append(path.field)
        return
    if not isinstance(path.last, ForeignKeyFieldInstance):
        raise FieldError(f'only("{name}"): name fields of the related rows')
    target = below.setdefault(path.relations[:-1], []) if len(path.relations) > 1 else own
    target.extend([field for field, _ in path.last.pairs])


def _lead_to(
    meta: MetaInfo, path: tuple[str, ...], own: list[Field[Any]], below: dict[tuple[str, ...], list[Field[Any]]]
) -> None:
    """Add the keys that name the related rows of `path`, without which instances do not know them."""
    for end in range(len(path)):
        relation = _meta_at(meta, path[:end]).relation(path[end])
        fields = own if end == 0 else below.get(path[:end])
        if isinstance(relation, ForeignKeyFieldInstance) and fields is not None:
            fields.extend([field for field, _ in relation.pairs])


def _meta_at(meta: MetaInfo, path: tuple[str, ...]) -> MetaInfo:
    for name in path:
        meta = meta.relation(name).related_model._meta
    return meta


def _ordered(meta: MetaInfo, fields: list[Field[Any]], with_key: bool) -> Fields:
    """The fields in the order of the table."""
    wanted = [*fields, *meta.key] if with_key else fields
    return tuple([field for field in meta.columns if field in wanted])
