"""Time zones: what the configuration says, and moving datetimes between zones."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Callable, Optional, Union

from tortoise_core.base.errors import ConfigurationError

UTC = dt.timezone.utc


@dataclass(frozen=True)
class Clock:
    """How datetimes are kept: aware of a zone or not, and in which zone they come back.

    `use_tz` True (the default) stores UTC and gives aware values; False stores and gives naive ones.
    """

    use_tz: bool = True
    timezone: str = "UTC"

    @cached_property
    def zone(self) -> dt.tzinfo:
        """The zone that values come back in. Raises ConfigurationError for an unknown name."""
        return UTC if self.timezone.upper() == "UTC" else parse_timezone(self.timezone)


def parse_timezone(zone: str) -> dt.tzinfo:
    """The zone of an IANA name, with its name as `zone`. Raises ConfigurationError if there is none."""
    from tortoise_core.base.zones import ZoneInfo  # costs 5 ms at start-up, which only other zones than UTC need

    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError, TypeError, AttributeError) as error:
        if str(zone).upper() == "UTC":
            return UTC  # there on a machine without a database of zones, too
        raise ConfigurationError(f"unknown time zone {zone!r}") from error


def clock_of_environment() -> Clock:
    """What the parent process was initialised with, or the defaults."""
    use_tz = os.environ.get("USE_TZ", "True").strip().lower() in ("true", "1", "yes", "on", "t", "y")
    return Clock(use_tz, os.environ.get("TIMEZONE") or "UTC")


_clock: Clock = clock_of_environment()
_source: Optional[Callable[[], Optional[Clock]]] = None


def set_clock(clock: Clock) -> None:
    """Make `clock` that of the process, as initialisation does; the environment tells child processes."""
    global _clock
    _clock = clock
    os.environ["USE_TZ"] = str(clock.use_tz)
    os.environ["TIMEZONE"] = clock.timezone


def set_clock_source(source: Callable[[], Optional[Clock]]) -> None:
    """Ask `source` for the clock in force where a function of this module is called; None: that of the process."""
    global _source
    _source = source


def current_clock() -> Clock:
    """The clock of the current context, otherwise the one of the process, as the last initialisation set it."""
    return (_source() if _source is not None else None) or _clock


def get_use_tz() -> bool:
    """True if datetimes are aware."""
    return current_clock().use_tz


def get_timezone() -> str:
    """The name of the configured zone."""
    return current_clock().timezone


def get_default_timezone() -> dt.tzinfo:
    """The configured zone."""
    return parse_timezone(current_clock().timezone)


def now() -> dt.datetime:
    """This moment: aware, in the configured zone, if `use_tz`; otherwise naive local time."""
    clock = current_clock()
    return dt.datetime.now(clock.zone) if clock.use_tz else dt.datetime.now()


def is_aware(value: Union[dt.datetime, dt.time]) -> bool:
    """True if `value` knows its offset."""
    return value.utcoffset() is not None


def is_naive(value: Union[dt.datetime, dt.time]) -> bool:
    """True if `value` does not know its offset."""
    return value.utcoffset() is None


def _zone(timezone: Optional[Union[str, dt.tzinfo]]) -> dt.tzinfo:
    if timezone is None:
        return current_clock().zone
    return parse_timezone(timezone) if isinstance(timezone, str) else timezone


def make_aware(
    value: dt.datetime, timezone: Optional[Union[str, dt.tzinfo]] = None, is_dst: Optional[bool] = None
) -> dt.datetime:
    """A naive `value` read in `timezone` (default: the configured one). ValueError if it is aware.

    `is_dst` chooses the second of two readings where clocks go back (default: the first).
    """
    if is_aware(value):
        raise ValueError(f"make_aware expects a naive datetime, got {value}")
    return value.replace(tzinfo=_zone(timezone), fold=1 if is_dst is False else value.fold)


def make_naive(value: dt.datetime, timezone: Optional[Union[str, dt.tzinfo]] = None) -> dt.datetime:
    """The wall-clock time of an aware `value` in `timezone`. ValueError if it is naive."""
    if is_naive(value):
        raise ValueError(f"make_naive expects an aware datetime, got {value}")
    return value.astimezone(_zone(timezone)).replace(tzinfo=None)


def localtime(value: Optional[dt.datetime] = None, timezone: Optional[Union[str, dt.tzinfo]] = None) -> dt.datetime:
    """`value` (default: now) in `timezone` (default: the configured one). ValueError if it is naive."""
    if value is None:
        return dt.datetime.now(_zone(timezone))
    if is_naive(value):
        raise ValueError(f"localtime expects an aware datetime, got {value}")
    return value.astimezone(_zone(timezone))
