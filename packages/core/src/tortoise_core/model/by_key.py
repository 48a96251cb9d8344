"""A row by its key: ``Model[pk]``."""

from __future__ import annotations

from typing import Any

from tortoise_core.base.errors import DoesNotExist, ObjectDoesNotExistError
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.schema.record import R


async def one_by_key(query: QuerySet[R], key: Any) -> R:
    """The row of a key. Raises ObjectDoesNotExistError, which is a KeyError too."""
    try:
        return await query.get(pk=key)
    except DoesNotExist:
        raise ObjectDoesNotExistError(query.model, query.model._meta.pk_attr, key) from None
