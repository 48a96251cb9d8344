"""Converters of ranges and multiranges, from the two functions in which client libraries differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Callable

from tortoise_core.ast.types import Timestamp
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.types import ConverterPair
from tortoise_dialect_postgres.ranges.range import Range, with_zone
from tortoise_dialect_postgres.sql_types import MultirangeType, RangeType


def range_converters(
    to_client: Callable[[Range[Any]], Any],
    from_client: Callable[[Any], Range[Any]],
    gathered: Callable[[Iterable[Any]], Any] = list,
) -> Mapping[Any, ConverterPair]:
    """The converters of a driver; `gathered` makes the library's multirange of its ranges."""

    def naive_to_client(value: Range[Any]) -> Any:
        return to_client(with_zone(value, UTC))  # moments of UTC are what the column holds

    def naive_from_client(value: Any) -> Range[Any]:
        return with_zone(from_client(value), None)

    plain: Any = (to_client, from_client)
    naive: Any = (naive_to_client, naive_from_client)
    return {
        RangeType(Timestamp(False)): naive,
        MultirangeType(Timestamp(False)): _each(naive, gathered),
        MultirangeType: _each(plain, gathered),
        RangeType: plain,
    }


def _each(pair: Any, gathered: Callable[[Iterable[Any]], Any]) -> ConverterPair:
    encode, decode = pair
    return lambda value: gathered([encode(item) for item in value]), lambda value: [decode(item) for item in value]
