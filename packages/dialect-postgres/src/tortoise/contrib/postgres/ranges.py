"""Ranges and multiranges: the value, and the fields for it."""

from tortoise_dialect_postgres.range import Range
from tortoise_dialect_postgres.range_fields import (
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
