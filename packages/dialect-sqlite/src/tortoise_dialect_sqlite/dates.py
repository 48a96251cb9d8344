"""Parts of dates and times, which SQLite keeps as text."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, Callable, Optional, Union

from tortoise_core.base.timezone import UTC, parse_timezone

_zone = lru_cache(maxsize=64)(parse_timezone)
Moment = Union[dt.date, dt.time]

_PARTS: dict[str, Callable[[Any], int]] = {
    "year": lambda moment: moment.year,
    "quarter": lambda moment: (moment.month + 2) // 3,
    "month": lambda moment: moment.month,
    "week": lambda moment: moment.isocalendar()[1],
    "day": lambda moment: moment.day,
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "second": lambda moment: moment.second,
    "microsecond": lambda moment: moment.microsecond,
}


def read(text: str) -> Moment:
    """A stored date, time of day or moment. Raises ValueError."""
    if text.endswith(("Z", "z")):
        text = text[:-1] + "+00:00"
    return dt.time.fromisoformat(text) if text[2:3] == ":" else dt.datetime.fromisoformat(text)


def date_part(part: str, text: Optional[str], zone: Optional[str]) -> Optional[int]:
    """`part` of a stored value; of a moment as the clocks of `zone` show it, or as it is written where that is None."""
    if text is None:
        return None
    moment = read(text)
    if zone is not None and isinstance(moment, dt.datetime):
        # text without an offset is in UTC
        moment = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(_zone(zone))
    return _PARTS[part](moment)


FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {"tortoise_date_part": (date_part, 3)}
