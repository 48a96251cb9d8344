"""Names with double underscores, taken apart along the model's relations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from tortoise_core.base.errors import FieldError
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.relations import ForeignKeyFieldInstance, Relation


class Path(NamedTuple):
    """`relations` are followed from the root, then `field` is read there; None: the path ends in a relation.

    `rest` is what is left behind the field or the last relation: a lookup, or something unknown.
    """

    relations: tuple[str, ...]
    last: Optional[Relation]
    field: Optional[Field[Any]]
    rest: tuple[str, ...]
    #: the fields of "pk" where they are several; `field` is None then
    key: tuple[Field[Any], ...] = ()


def parse_path(meta: MetaInfo, name: str) -> Path:
    """Take `name` apart as far as fields and relations of the models go. "pk" is the primary key."""
    parts = name.split("__")
    relations: tuple[str, ...] = ()
    last: Optional[Relation] = None
    at = 0
    while at < len(parts):
        part = _known(meta, parts, at)
        if part == "pk" and len(meta.key) > 1:
            return Path(relations, last, None, tuple(parts[at + 1 :]), meta.key)
        found = meta.pk if part == "pk" else meta.fields_map.get(part) or _key_of_several(meta, part)
        if isinstance(found, Field):
            return Path(relations, last, found, tuple(parts[at + 1 :]))
        if found is None:
            return Path(relations, last, None, tuple(parts[at:]))
        relations, last, meta = (*relations, found.model_field_name), found, found.related_model._meta
        at += 1
    return Path(relations, last, None, ())


def unknown_path(meta: MetaInfo, name: str, more: Iterable[str] = ()) -> FieldError:
    """The error for a path that leads nowhere: it names the model at which it goes wrong. `more` would do as well."""
    path = parse_path(meta, name)
    if path.last is None or path.field is not None:
        return meta.unknown(name, more=more)
    end: MetaInfo = path.last.related_model._meta
    return end.unknown("__".join(path.rest), f'field in "{name}":')


def _known(meta: MetaInfo, parts: list[str], at: int) -> str:
    """One part, with underscores that belong to it: ``type___in`` begins with ``type_``, ``from__id`` is all one."""
    part = parts[at]
    if part in meta.fields_map or at + 1 == len(parts):
        return part
    if f"{part}__{parts[at + 1]}" in meta.fields_map:
        parts[at : at + 2] = [f"{part}__{parts[at + 1]}"]
    elif f"{part}_" in meta.fields_map and parts[at + 1].startswith("_"):
        parts[at : at + 2] = [f"{part}_", parts[at + 1][1:]]
    return parts[at]


def _key_of_several(meta: MetaInfo, name: str) -> Optional[Relation]:
    """The foreign key ``x`` of several columns for ``x_id``, the tuple of them."""
    found = meta.fields_map.get(name[:-3]) if name.endswith("_id") else None
    return found if isinstance(found, ForeignKeyFieldInstance) and len(found.pairs) > 1 else None


def end_fields(path: Path) -> tuple[Field[Any], ...]:
    """The fields that a path ends in: where it ends in a relation, what that names the related rows by."""
    if path.field is not None:
        return (path.field,)
    if path.key:
        return path.key
    if path.last is None:
        raise FieldError("a path without relations ends in a field")
    if isinstance(path.last, ForeignKeyFieldInstance):
        return tuple([far for _, far in path.last.pairs])
    key: tuple[Field[Any], ...] = path.last.related_model._meta.key
    return key
