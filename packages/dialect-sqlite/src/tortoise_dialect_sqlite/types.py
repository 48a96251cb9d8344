"""SQLite's names for the SQL types, and the text that stands for values it has no storage class for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tortoise_core.ast import types
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.converting import Inline
from tortoise_core.dialect.standard_types import STANDARD, named
from tortoise_core.dialect.types import TypeMap


def moment_text(value: dt.datetime) -> str:
    """ISO 8601 with a blank, in UTC where the value is aware: such text sorts as the moments do."""
    zone = value.tzinfo
    return str(value if zone is UTC or zone is None else value.astimezone(UTC))


def read_moment(text: str) -> dt.datetime:
    """An aware moment, in UTC."""
    return in_utc(dt.datetime.fromisoformat(text))


def in_utc(moment: dt.datetime) -> dt.datetime:
    """`moment` in UTC, where text without an offset is, as CURRENT_TIMESTAMP writes it; others may store any offset."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def read_naive(text: str) -> dt.datetime:
    """A moment without its offset, which Tortoise ORM 1 stores all the same where it fills the column itself."""
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo is None else moment.replace(tzinfo=None)


def read_day(text: str) -> dt.date:
    """The day of a date, or of a moment, which Tortoise ORM 1 stores where it was given one."""
    return dt.date.fromisoformat(text[:10])


_NAMES = {"iso": dt.datetime.fromisoformat, "utc": UTC, "in_utc": in_utc}
AWARE = Inline("{v}_ if ({v}_ := {iso}({v})).tzinfo is {utc} else {in_utc}({v}_)", _NAMES, read_moment)
NAIVE = Inline("{v}_ if ({v}_ := {iso}({v})).tzinfo is None else {v}_.replace(tzinfo=None)", _NAMES, read_naive)
DAY = Inline("{iso}({v}[:10])", {"iso": dt.date.fromisoformat}, read_day)

TYPES: TypeMap = {
    **STANDARD,
    types.Float: named("REAL"),
    # text keeps every digit; the connection brings a collation and aggregates that calculate with it exactly
    types.Numeric: named("VARCHAR(40)", "{:f}".format, Decimal),
    types.Boolean: named("INT", None, bool),
    types.Timestamp: named("TIMESTAMP", moment_text, AWARE),
    types.Timestamp(False): named("TIMESTAMP", moment_text, NAIVE),
    types.Date: named("DATE", str, DAY),
    types.Time: named("TIME", str, dt.time.fromisoformat),
    types.Uuid: named("CHAR(36)", str, UUID),
    # a column of type JSON alone, as Tortoise ORM 1 makes them, keeps documents that are one number as numbers
    types.Json: named("JSON", None, str),
}
