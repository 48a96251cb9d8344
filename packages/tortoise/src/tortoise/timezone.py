"""Time zones."""

from tortoise_core.base.timezone import (
    UTC,
    get_default_timezone,
    get_timezone,
    get_use_tz,
    is_aware,
    is_naive,
    localtime,
    make_aware,
    make_naive,
    now,
    parse_timezone,
)
from tortoise_core.base.zones import ZoneInfo

__all__ = [
    "UTC",
    "ZoneInfo",
    "get_default_timezone",
    "get_timezone",
    "get_use_tz",
    "is_aware",
    "is_naive",
    "localtime",
    "make_aware",
    "make_naive",
    "now",
    "parse_timezone",
]
