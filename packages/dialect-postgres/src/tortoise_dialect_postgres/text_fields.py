"""Fields for spans of time and text of the server's own kinds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tortoise_core.ast import types
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.data import TextField
from tortoise_core.schema.fields.temporal import TimeDeltaField
from tortoise_core.schema.fields.typed import Span, Words
from tortoise_dialect_postgres.enum_field import FACE
from tortoise_dialect_postgres.sql_types import CIText, IntervalType


class CITextField(TextField[Words]):
    """Text that compares, sorts and is unique without regard to case; it is kept as it was written.

    The database needs the extension citext.
    """

    __module__ = FACE
    indexable = True

    def base_type(self, clock: Clock) -> types.SqlType:
        return CIText()


class IntervalField(TimeDeltaField[Span]):
    """A timedelta in a column of type INTERVAL, with which the server can reckon. (TimeDeltaField: whole microseconds.)

    Months and years, which a program of another kind may have stored, are read as 30 and 365 days.
    """

    __module__ = FACE

    def base_type(self, clock: Clock) -> types.SqlType:
        return IntervalType()

    def check(self, value: Any) -> dt.timedelta:
        # the server has more room than a timedelta
        return value  # type: ignore[no-any-return]  # converted already
