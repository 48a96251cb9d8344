"""Fields and relations."""

from tortoise.fields.base import CASCADE, NO_ACTION, RESTRICT, SET_DEFAULT, SET_NULL, Field, OnDelete
from tortoise.fields.data import (
    BigIntField,
    BinaryField,
    BooleanField,
    CharEnumField,
    CharField,
    DateField,
    DatetimeField,
    DecimalField,
    FloatField,
    IntEnumField,
    IntField,
    JSONField,
    SmallIntField,
    TextField,
    TimeDeltaField,
    TimeField,
    UUIDField,
)
from tortoise.fields.db_defaults import Now, RandomHex, SqlDefault
from tortoise.fields.generated import GeneratedField
from tortoise.fields.relational import (
    BackwardFKRelation,
    BackwardOneToOneRelation,
    ForeignKeyField,
    ForeignKeyNullableRelation,
    ForeignKeyRelation,
    ManyToManyField,
    ManyToManyRelation,
    OneToOneField,
    OneToOneNullableRelation,
    OneToOneRelation,
    ReverseRelation,
)

# other names of the same things
BigIntegerField = BigIntField
DateTimeField = DatetimeField
DurationField = TimeDeltaField
ForeignKey = ForeignKeyField
IntegerField = IntField
SmallIntegerField = SmallIntField

__all__ = [
    "BackwardFKRelation",
    "BackwardOneToOneRelation",
    "BigIntField",
    "BigIntegerField",
    "BinaryField",
    "BooleanField",
    "CASCADE",
    "CharEnumField",
    "CharField",
    "DateField",
    "DateTimeField",
    "DatetimeField",
    "DecimalField",
    "DurationField",
    "Field",
    "FloatField",
    "ForeignKey",
    "ForeignKeyField",
    "ForeignKeyNullableRelation",
    "ForeignKeyRelation",
    "GeneratedField",
    "IntEnumField",
    "IntField",
    "IntegerField",
    "JSONField",
    "ManyToManyField",
    "ManyToManyRelation",
    "NO_ACTION",
    "Now",
    "OnDelete",
    "OneToOneField",
    "OneToOneNullableRelation",
    "OneToOneRelation",
    "RESTRICT",
    "RandomHex",
    "ReverseRelation",
    "SET_DEFAULT",
    "SET_NULL",
    "SmallIntField",
    "SmallIntegerField",
    "SqlDefault",
    "TextField",
    "TimeDeltaField",
    "TimeField",
    "UUIDField",
]
