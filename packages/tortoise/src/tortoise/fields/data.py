"""Fields that hold values."""

from tortoise_core.schema.fields.data import (
    BigIntField,
    BooleanField,
    CharField,
    DecimalField,
    FloatField,
    IntField,
    JSONField,
    SmallIntField,
    TextField,
    UUIDField,
)
from tortoise_core.schema.fields.temporal import DatetimeField

__all__ = [
    "BigIntField",
    "BooleanField",
    "CharField",
    "DatetimeField",
    "DecimalField",
    "FloatField",
    "IntField",
    "JSONField",
    "SmallIntField",
    "TextField",
    "UUIDField",
]
