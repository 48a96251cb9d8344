"""Fields for points in time."""

from __future__ import annotations

import datetime as dt
import warnings
from typing import Any

from tortoise_core.ast import types
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import UTC, Clock
from tortoise_core.schema.fields.base import Field


class DatetimeField(Field[dt.datetime]):
    """A date and time to the microsecond.

    Aware, stored in UTC, unless `use_tz=False` was configured. `auto_now` stores the time of every
    save, `auto_now_add` that of the first.
    """

    field_type = dt.datetime

    def __init__(self, auto_now: bool = False, auto_now_add: bool = False, **kwargs: Any) -> None:
        if auto_now and auto_now_add:
            raise ConfigurationError("You can choose only 'auto_now' or 'auto_now_add'")
        super().__init__(**kwargs)
        self.auto_now, self.auto_now_add = auto_now, auto_now or auto_now_add
        self.automatic = (self.auto_now_add, self.auto_now)

    @property
    def required(self) -> bool:
        return super().required and not self.auto_now_add

    def sql_type(self, clock: Clock) -> types.SqlType:
        return types.Timestamp(clock.use_tz)

    def convert(self, value: Any, clock: Clock) -> dt.datetime:
        return on_clock(moment_of(value), clock)

    def auto_value(self, value: Any, clock: Clock, insert: bool) -> Any:
        if self.auto_now or value is None:
            moment = clock.now()
            return moment if not clock.use_tz or clock.zone is UTC else moment.astimezone(clock.zone)
        return value


def moment_of(value: Any) -> dt.datetime:
    """A datetime from what users write for one: a datetime, a date, ISO 8601 text or a Unix time in seconds."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        text = value[:-1] + "+00:00" if value.endswith(("Z", "z")) else value
        return dt.datetime.fromisoformat(text)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(value, UTC)
    raise TypeError(f"{value!r} is not a datetime")


def on_clock(value: dt.datetime, clock: Clock) -> dt.datetime:
    """`value` as aware or naive as the clock wants it; a naive value is read in the configured zone."""
    if not clock.use_tz:
        return value if value.tzinfo is None else value.astimezone(clock.zone).replace(tzinfo=None)
    if value.tzinfo is None or value.utcoffset() is None:
        warnings.warn(
            f"{value} has no time zone although use_tz is on; read in {clock.timezone}", RuntimeWarning, stacklevel=4
        )
        return value.replace(tzinfo=clock.zone)
    return value
