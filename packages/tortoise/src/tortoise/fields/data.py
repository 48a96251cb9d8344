"""Fields that hold values."""

from tortoise_core.base.timezone import get_default_timezone, get_use_tz
from tortoise_core.schema.fields.data import (
    BigIntField,
    BooleanField,
    CharField,
    DecimalField,
    FloatField,
    IntField,
    SmallIntField,
    TextField,
    UUIDField,
)
from tortoise_core.schema.fields.documents import BinaryField, JSONField
from tortoise_core.schema.fields.documents import json_dumps as JSON_DUMPS
from tortoise_core.schema.fields.documents import json_loads as JSON_LOADS
from tortoise_core.schema.fields.enums import (
    CharEnumField,
    CharEnumFieldInstance,
    IntEnumField,
    IntEnumFieldInstance,
)
from tortoise_core.schema.fields.temporal import DateField, DatetimeField, TimeDeltaField, TimeField

__all__ = [
    "BigIntField",
    "BinaryField",
    "BooleanField",
    "CharEnumField",
    "CharEnumFieldInstance",
    "CharField",
    "DateField",
    "DatetimeField",
    "DecimalField",
    "FloatField",
    "IntEnumField",
    "IntEnumFieldInstance",
    "IntField",
    "JSONField",
    "JSON_DUMPS",
    "JSON_LOADS",
    "SmallIntField",
    "TextField",
    "TimeDeltaField",
    "TimeField",
    "UUIDField",
    "get_default_timezone",
    "get_use_tz",
]
