"""Tests in generated code that a value can be stored as it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Optional
from uuid import UUID

from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import FloatField
from tortoise_core.schema.fields.temporal import DatetimeField


def storable(text: str) -> bool:
    """True if `text` can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


#: what guards may name
NAMES: dict[str, Any] = {"datetime": dt.datetime, "Decimal": Decimal, "UUID": UUID, "UTC": UTC, "storable": storable}


def store_guard(field: Field[Any], backend: Backend) -> Optional[str]:
    """Source of a test on ``{v}`` after which it needs no conversion; None if it always does."""
    if (
        field.validators
        or field.overrides("to_db_value")
        or (field.guard is None
        and not isinstance(field, DatetimeField))
    ):
        return None
    if isinstance(field, DatetimeField):
        return _moment_guard(backend)
    if isinstance(field, FloatField) and not backend.capabilities.float_nan:
        return f"{field.guard} and {{v}} == {{v}}"
    return field.guard


def _moment_guard(backend: Backend) -> str:
    if backend.clock.use_tz:
        return "type({v}) is datetime and {v}.tzinfo is UTC"
    return "type({v}) is datetime and {v}.tzinfo is None"
