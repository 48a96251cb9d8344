"""Ranges between the engine's own value and that of asyncpg.

The server tells asyncpg the types of all parameters and columns, and ranges are among those that it knows by itself,
so neither casts in statements nor codecs to be set up on each connection are needed.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from tortoise_dialect_postgres.clients.range_converters import range_converters
from tortoise_dialect_postgres.ranges.range import Range, RangeList


def to_client(value: Range[Any]) -> Any:
    """asyncpg's form of a range."""
    return asyncpg.Range(
        value.lower, value.upper, lower_inc=value.lower_inc, upper_inc=value.upper_inc, empty=value.empty
    )


def from_client(value: Any) -> Range[Any]:
    """The range that asyncpg read."""
    if value.isempty:
        return Range(empty=True)
    return Range(value.lower, value.upper, ("[" if value.lower_inc else "(") + ("]" if value.upper_inc else ")"))


RANGES = range_converters(to_client, from_client, RangeList)
