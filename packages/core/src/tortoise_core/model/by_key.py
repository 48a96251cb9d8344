"""Rows by key: ``Model[pk]`` and ``in_bulk``."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from tortoise_core.base.errors import (
    DoesNotExist,
    FieldError,
    MultipleObjectsReturned,
    ObjectDoesNotExistError,
    ParamsError,
)
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import R


async def one_by_key(query: QuerySet[R], key: Any) -> R:
    """The row of a key. Raises ObjectDoesNotExistError, which is a KeyError too."""
    try:
        return await query.get(pk=key)
    except DoesNotExist:
        raise ObjectDoesNotExistError(query.model, query.model._meta.pk_attr, key) from None


async def by_key(query: QuerySet[R], values: Iterable[Any], field_name: str) -> dict[Any, R]:
    """The rows whose `field_name` is among `values`, by it. Raises MultipleObjectsReturned if two share one."""
    meta = query.model._meta
    field = meta.pk if field_name == "pk" else meta.fields_map.get(field_name)
    if field is None:
        raise meta.unknown(field_name, more=("pk",))
    if not isinstance(field, Field):
        raise FieldError(f"{field.label} is a relation; in_bulk takes the name of a column")
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ParamsError(f"{meta.name}.in_bulk takes a list of values, not {values!r}")
    wanted = list(values)
    found: dict[Any, R] = {}
    whole = field_name == "pk"
    name = "pk" if whole else field.model_field_name
    key_of = meta.key_of if whole else attrgetter(name)
    for row in await query.filter(**{f"{name}__in": wanted}) if wanted else []:
        key = key_of(row)
        if key in found:
            raise MultipleObjectsReturned(query.model, f"{meta.name}.in_bulk: two rows have {field_name}={key!r}")
        found[key] = row
    return found
