"""Fields for ranges and multiranges."""

from __future__ import annotations

import datetime as dt
from copy import copy
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from tortoise_core.ast.types import SqlType
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import UTC, Clock, current_clock
from tortoise_core.schema.fields.base import Convert, Field
from tortoise_dialect_postgres.range import Range, merged
from tortoise_dialect_postgres.range_kinds import DATE, INT4, INT8, MOMENT, NUMERIC, RangeKind, localised
from tortoise_dialect_postgres.sql_types import MultirangeType, RangeType

T = TypeVar("T")
#: where users import the fields from, and so what migrations name
FACE = "tortoise.contrib.postgres.ranges"


class RangeField(Field[T]):
    """Base of the fields for ranges: a `Range`, or a pair (lower, upper) of which the upper one is left out.

    Ranges of whole numbers and of days are kept as the server keeps them, with the lower bound and without the upper:
    ``Range(1, 5, "[]")`` is ``Range(1, 6)`` once it is read or compared.
    """

    field_type: Any = Range
    kind: ClassVar[RangeKind]
    #: a single value stands for the range of just that: so it is with what columns are compared with
    accepts_elements: bool = False

    def base_type(self, clock: Clock) -> SqlType:
        return RangeType(self.kind.subtype(clock))

    def convert(self, value: Any, clock: Clock) -> Any:
        return self.kind.range_of(value, clock, self.accepts_elements)

    def check(self, value: Any) -> Any:
        self.kind.check(value)
        return value

    @property
    def decoding(self) -> Convert:
        return in_configured_zone if self.kind is MOMENT else None


class MultirangeField(RangeField[T]):
    """Base of the fields for multiranges: a list of ranges, kept in order, without those that are empty or touch."""

    field_type: Any = list

    def base_type(self, clock: Clock) -> SqlType:
        return MultirangeType(self.kind.subtype(clock))

    def convert(self, value: Any, clock: Clock) -> Any:
        if self.accepts_elements and not isinstance(value, (list, tuple, set, frozenset)):
            value = [value]
        elif isinstance(value, Range) or not isinstance(value, (list, tuple, set, frozenset)):
            raise TypeError(f"{shown(value)} is no list of ranges")
        return merged([self.kind.range_of(item, clock, self.accepts_elements) for item in value])

    def check(self, value: Any) -> Any:
        for item in value:
            self.kind.check(item)
        return value

    @property
    def decoding(self) -> Convert:
        return all_in_configured_zone if self.kind is MOMENT else None


def operand_field(field: RangeField[Any]) -> RangeField[Any]:
    """What values are converted by that a column of `field` is compared with: single values too."""
    other = copy(field)
    other.accepts_elements = True
    return other


def in_configured_zone(value: Range[Any]) -> Range[Any]:
    """A range of moments in the zone that is configured; drivers give UTC."""
    clock = current_clock()
    return localised(value, clock.zone) if clock.use_tz and clock.zone is not UTC else value


def all_in_configured_zone(value: list[Range[Any]]) -> list[Range[Any]]:
    """The same for each of a list."""
    return [in_configured_zone(item) for item in value]


class Int4RangeField(RangeField[Range[int]]):
    """Ranges of whole numbers of 32 bits (INT4RANGE)."""

    __module__ = FACE
    kind = INT4


class Int8RangeField(RangeField[Range[int]]):
    """Ranges of whole numbers of 64 bits (INT8RANGE)."""

    __module__ = FACE
    kind = INT8


class NumericRangeField(RangeField[Range[Decimal]]):
    """Ranges of exact decimals of any size (NUMRANGE)."""

    __module__ = FACE
    kind = NUMERIC


class DateRangeField(RangeField[Range[dt.date]]):
    """Ranges of days (DATERANGE)."""

    __module__ = FACE
    kind = DATE


class DateTimeRangeField(RangeField[Range[dt.datetime]]):
    """Ranges of moments (TSTZRANGE), whose bounds are aware or naive as those of a DatetimeField are."""

    __module__ = FACE
    kind = MOMENT


class Int4MultirangeField(MultirangeField[list[Range[int]]]):
    """Sets of whole numbers of 32 bits (INT4MULTIRANGE)."""

    __module__ = FACE
    kind = INT4


class Int8MultirangeField(MultirangeField[list[Range[int]]]):
    """Sets of whole numbers of 64 bits (INT8MULTIRANGE)."""

    __module__ = FACE
    kind = INT8


class NumericMultirangeField(MultirangeField[list[Range[Decimal]]]):
    """Sets of exact decimals (NUMMULTIRANGE)."""

    __module__ = FACE
    kind = NUMERIC


class DateMultirangeField(MultirangeField[list[Range[dt.date]]]):
    """Sets of days (DATEMULTIRANGE)."""

    __module__ = FACE
    kind = DATE


class DateTimeMultirangeField(MultirangeField[list[Range[dt.datetime]]]):
    """Sets of moments (TSTZMULTIRANGE)."""

    __module__ = FACE
    kind = MOMENT
