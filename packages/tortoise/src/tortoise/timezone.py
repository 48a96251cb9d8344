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

__all__ = [
    "UTC",
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
