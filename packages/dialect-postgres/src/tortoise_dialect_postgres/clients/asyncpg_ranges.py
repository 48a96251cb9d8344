"""Ranges between the engine's own value and that of asyncpg.

The server tells asyncpg the types of all parameters and columns, and ranges are among those that it knows by itself,
so neither casts in statements nor codecs to be set up on each connection are needed.
"""

from __future__ import annotations

from typing import Any

import asyncpg

from tortoise_core.ast.types import Timestamp
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.types import ConverterPair
from tortoise_dialect_postgres.range import Range
from tortoise_dialect_postgres.sql_types import MultirangeType, RangeType


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


def naive_to_client(value: Range[Any]) -> Any:
    """The same for bounds without a zone, as moments of UTC, which is what the column holds."""
    bounds = [_with_zone(bound, UTC) for bound in (value.lower, value.upper)]
    return asyncpg.Range(*bounds, lower_inc=value.lower_inc, upper_inc=value.upper_inc, empty=value.empty)


def naive_from_client(value: Any) -> Range[Any]:
    """The way back."""
    found = from_client(value)
    bounds = [_with_zone(bound, None) for bound in (found.lower, found.upper)]
    return Range(bounds[0], bounds[1], found.bounds, empty=found.empty)


def _with_zone(bound: Any, zone: Any) -> Any:
    return None if bound is None else bound.replace(tzinfo=zone)


def _each(pair: Any) -> ConverterPair:
    encode, decode = pair
    return lambda value: [encode(item) for item in value], lambda value: [decode(item) for item in value]


_PLAIN, _NAIVE = (to_client, from_client), (naive_to_client, naive_from_client)
RANGES: dict[Any, ConverterPair] = {
    RangeType(Timestamp(False)): _NAIVE,
    MultirangeType(Timestamp(False)): _each(_NAIVE),
    MultirangeType: _each(_PLAIN),
    RangeType: _PLAIN,
}
