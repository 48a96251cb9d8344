"""Fields for points and spans in time."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from typing import TYPE_CHECKING, Any, Literal, Optional, overload

from tortoise_core.ast import types
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import UTC, Clock
from tortoise_core.dialect.converting import Inline
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.typed import Day, Hour, Moment, Span

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import FieldOptions


class DatetimeField(Field[Moment]):
    """A date and time to the microsecond.

    Aware, stored in UTC, unless `use_tz=False` was configured. `auto_now` stores the time of every
    save, `auto_now_add` that of the first.
    """

    field_type = dt.datetime
    arguments = ("auto_now", "auto_now_add")

    @overload
    def __init__(
        self: DatetimeField[Optional[dt.datetime]],
        auto_now: bool = False,
        auto_now_add: bool = False,
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: DatetimeField[dt.datetime],
        auto_now: bool = False,
        auto_now_add: bool = False,
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self, auto_now: bool = False, auto_now_add: bool = False, *, null: bool = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    def __init__(self, auto_now: bool = False, auto_now_add: bool = False, **kwargs: Any) -> None:
        _one_of(auto_now, auto_now_add)
        super().__init__(**kwargs)
        self.auto_now, self.auto_now_add = auto_now, auto_now_add
        self.automatic = (auto_now or auto_now_add, auto_now)

    @property
    def required(self) -> bool:
        return super().required and not self.automatic[0]

    @property
    def constraints(self) -> dict[str, Any]:
        return {"readOnly": True} if self.automatic[0] else {}

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Timestamp(clock.use_tz)

    def convert(self, value: Any, clock: Clock) -> dt.datetime:
        return on_clock(moment_of(value), clock)

    def auto_value(self, value: Any, clock: Clock, insert: bool) -> Any:
        return _now(clock) if self.auto_now or value is None else value

    def auto_maker(self, clock: Clock) -> Inline:
        zone = clock.zone if clock.use_tz else None
        # the class is looked up each time, so that tests may put another clock in its place
        return Inline("{dt}.datetime.now({zone})", {"dt": dt, "zone": zone}, lambda _: _now(clock))

    def describe(self, serializable: bool) -> dict[str, Any]:
        own = {"auto_now_add": self.auto_now_add, "auto_now": self.auto_now}
        return {**super().describe(serializable), **own}


def _one_of(auto_now: bool, auto_now_add: bool) -> None:
    if auto_now and auto_now_add:
        raise ConfigurationError("You can choose only 'auto_now' or 'auto_now_add'")


def _now(clock: Clock) -> dt.datetime:
    return dt.datetime.now(clock.zone if clock.use_tz else None)


def moment_of(value: Any) -> dt.datetime:
    """A datetime from what users write for one: a datetime, a date, ISO 8601 text or a Unix time in seconds."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        return dt.datetime.fromisoformat(_offset_of(value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return dt.datetime.fromtimestamp(value, UTC)
    raise TypeError(f"{value!r} is not a datetime")


def _offset_of(text: str) -> str:
    """ISO 8601 text with "Z" as an offset that every Python reads."""
    return text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text


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


class DateField(Field[Day]):
    """A day of the calendar."""

    field_type = dt.date
    skip_to_python_if_native = True
    guard = "_type({v}) is _date"

    @overload
    def __init__(
        self: DateField[Optional[dt.date]], *args: Any, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: DateField[dt.date], *args: Any, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *args: Any, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Date()

    def convert(self, value: Any, clock: Clock) -> dt.date:
        return day_of(value)


def day_of(value: Any) -> dt.date:
    """A date from a date, a datetime (its own day, whatever its zone) or ISO 8601 text of either."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        return dt.date.fromisoformat(value) if len(value) <= 10 else moment_of(value).date()
    raise TypeError(f"{value!r} is not a date")


class TimeField(Field[Hour]):
    """A time of the day to the microsecond.

    It carries an offset, which is stored with it, unless `use_tz=False` was configured; then it has none. `auto_now`
    stores the time of every save, `auto_now_add` that of the first.
    """

    field_type = dt.time
    skip_to_python_if_native = True
    arguments = ("auto_now", "auto_now_add")

    @overload
    def __init__(
        self: TimeField[Optional[dt.time]],
        auto_now: bool = False,
        auto_now_add: bool = False,
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: TimeField[dt.time],
        auto_now: bool = False,
        auto_now_add: bool = False,
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self, auto_now: bool = False, auto_now_add: bool = False, *, null: bool = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    def __init__(self, auto_now: bool = False, auto_now_add: bool = False, **kwargs: Any) -> None:
        _one_of(auto_now, auto_now_add)
        super().__init__(**kwargs)
        self.auto_now, self.auto_now_add = auto_now, auto_now_add
        self.automatic = (auto_now or auto_now_add, auto_now)

    @property
    def required(self) -> bool:
        return super().required and not self.automatic[0]

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Time(clock.use_tz)

    def convert(self, value: Any, clock: Clock) -> dt.time:
        return offset_on_clock(hour_of(value), clock)

    def auto_value(self, value: Any, clock: Clock, insert: bool) -> Any:
        if not self.auto_now and value is not None:
            return value
        moment = _now(clock)
        offset = moment.utcoffset()
        return moment.time() if offset is None else moment.time().replace(tzinfo=_fixed(offset))


def _fixed(offset: dt.timedelta) -> dt.timezone:
    return dt.timezone(offset) if offset else UTC


def hour_of(value: Any) -> dt.time:
    """A time from a time, a datetime (its own time and zone), a span since midnight or ISO 8601 text."""
    if isinstance(value, dt.time):
        return value
    if isinstance(value, dt.datetime):
        return value.timetz()
    if isinstance(value, dt.timedelta) and dt.timedelta() <= value < dt.timedelta(days=1):
        return (dt.datetime.min + value).time()
    if isinstance(value, str):
        return dt.time.fromisoformat(_offset_of(value))
    raise TypeError(f"{value!r} is not a time of the day")


def offset_on_clock(value: dt.time, clock: Clock) -> dt.time:
    """`value` with an offset where the clock wants one, without where it does not. ValueError if that is not clear."""
    offset = value.utcoffset()
    if not clock.use_tz:
        if value.tzinfo is not None:
            raise ValueError(f"{value!r} has an offset although use_tz is off")
        return value
    if offset is None:
        zone = value.tzinfo or clock.zone
        offset = zone.utcoffset(None)
        if offset is None:
            raise ValueError(f"{value} has no offset by itself, as {zone} changes it in the year: give it one")
    return value.replace(tzinfo=_fixed(offset))


class TimeDeltaField(Field[Span]):
    """A span of time, kept as whole microseconds in 64 bits."""

    field_type = dt.timedelta
    check_guard = "_type({v}) is _timedelta"

    @overload
    def __init__(
        self: TimeDeltaField[Optional[dt.timedelta]], *args: Any, null: Literal[True], **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: TimeDeltaField[dt.timedelta], *args: Any, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(self, *args: Any, null: bool = ..., **kwargs: Unpack[FieldOptions]) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Duration()

    def convert(self, value: Any, clock: Clock) -> dt.timedelta:
        return span_of(value)

    def check(self, value: dt.timedelta) -> dt.timedelta:
        # a timedelta may be ten times as long as 64 bits of microseconds are
        if not _SHORTEST <= value <= _LONGEST:
            raise ValueError(f"{value} is out of range ({_SHORTEST} to {_LONGEST})")
        return value


_SHORTEST, _LONGEST = dt.timedelta(microseconds=-(2**63)), dt.timedelta(microseconds=2**63 - 1)
_SPAN = re.compile(r"(?:(-?\d+) days?,? ?)?(?:(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?\Z")


def span_of(value: Any) -> dt.timedelta:
    """A timedelta from one, from whole microseconds, or from text as ``str(timedelta)`` writes it."""
    if isinstance(value, dt.timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return dt.timedelta(microseconds=value)
    found = _SPAN.match(value) if isinstance(value, str) and value else None
    if found is None:
        raise TypeError(f"{value!r} is not a span of time")
    days, hours, minutes, seconds, fraction = found.groups("0")
    return dt.timedelta(int(days), int(seconds), int(fraction.ljust(6, "0")), 0, int(minutes), int(hours))
