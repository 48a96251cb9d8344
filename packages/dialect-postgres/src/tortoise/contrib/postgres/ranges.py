"""Ranges and multiranges: the value, and the fields for it."""

from tortoise_dialect_postgres.ranges.fields import (
    DateMultirangeField,
    DateRangeField,
    DateTimeMultirangeField,
    DateTimeRangeField,
    Int4MultirangeField,
    Int4RangeField,
    Int8MultirangeField,
    Int8RangeField,
    MultirangeField,
    NumericMultirangeField,
    NumericRangeField,
    RangeField,
)
from tortoise_dialect_postgres.ranges.range import Range

#: by the names of the fields for single values
BigIntegerRangeField = Int8RangeField
IntegerRangeField = Int4RangeField

__all__ = [
    "BigIntegerRangeField",
    "DateMultirangeField",
    "DateRangeField",
    "DateTimeMultirangeField",
    "DateTimeRangeField",
    "Int4MultirangeField",
    "Int4RangeField",
    "Int8MultirangeField",
    "Int8RangeField",
    "IntegerRangeField",
    "MultirangeField",
    "NumericMultirangeField",
    "NumericRangeField",
    "Range",
    "RangeField",
]
