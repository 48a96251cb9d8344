"""Tests in generated code that a value can be stored as it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Optional
from uuid import UUID

from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.codegen import Code
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import CharField, FloatField, TextField
from tortoise_core.schema.fields.temporal import DatetimeField


def storable(text: str) -> bool:
    """True if `text` can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


#: what guards may name; with an underscore, because a field, and so an argument, may be called "type"
NAMES: dict[str, Any] = {
    "_type": type,
    "_int": int,
    "_float": float,
    "_str": str,
    "_len": len,
    "_bytes": bytes,
    "_date": dt.date,
    "_time": dt.time,
    "_timedelta": dt.timedelta,
    "_dict": dict,
    "_list": list,
    "_Decimal": Decimal,
    "_datetime": dt.datetime,
    "_UUID": UUID,
    "_UTC": UTC,
    "_storable": storable,
}


def store_guard(field: Field[Any], backend: Backend) -> Optional[str]:
    """Source of a test on ``{v}`` after which it needs no conversion; None if it always does."""
    if not _is_plain(field):
        return None
    if isinstance(field, DatetimeField):
        return _moment_guard(backend)
    if isinstance(field, (CharField, TextField)) and field.guard_kind is None and not backend.capabilities.nul_in_text:
        return f'{field.guard} and "\\0" not in {{v}}'
    if isinstance(field, FloatField) and not backend.capabilities.float_nan:
        return f"{field.guard} and {{v}} == {{v}}"
    return field.guard


def check_guard(field: Field[Any]) -> Optional[str]:
    """Source of a test on ``{v}`` after which `check` is all it needs; None if more is always needed."""
    return field.check_guard if _is_plain(field) else None


def written(code: Code, field: Field[Any], guard: str, variable: str) -> str:
    """Source of a guard for a variable."""
    kind = code.name("kind", field.guard_kind) if "{kind}" in guard else ""
    return guard.format(v=variable, kind=kind)


def _is_plain(field: Field[Any]) -> bool:
    """True if neither validators nor a user's own encoding want to see every value."""
    return not field.validators and not field.overrides("to_db_value")


def _moment_guard(backend: Backend) -> str:
    if backend.clock.use_tz:
        return "_type({v}) is _datetime and {v}.tzinfo is _UTC"
    return "_type({v}) is _datetime and {v}.tzinfo is None"
