"""Ranges between the engine's own value and that of psycopg, which reads and writes them by itself."""

from __future__ import annotations

from typing import Any

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range as ClientRange

from tortoise_dialect_postgres.clients.range_converters import range_converters
from tortoise_dialect_postgres.ranges.range import Range


def to_client(value: Range[Any]) -> ClientRange[Any]:
    """psycopg's form of a range."""
    return ClientRange(value.lower, value.upper, value.bounds, value.empty)


def from_client(value: ClientRange[Any]) -> Range[Any]:
    """The range that psycopg read."""
    return Range(empty=True) if value.isempty else Range(value.lower, value.upper, value.bounds)


RANGES = range_converters(to_client, from_client, Multirange)
