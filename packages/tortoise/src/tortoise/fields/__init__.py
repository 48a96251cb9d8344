"""Fields and relations."""

from tortoise.fields.base import CASCADE, NO_ACTION, RESTRICT, SET_DEFAULT, SET_NULL, Field, OnDelete
from tortoise.fields.data import (
    BigIntField,
    BooleanField,
    CharField,
    DatetimeField,
    DecimalField,
    FloatField,
    IntField,
    JSONField,
    SmallIntField,
    TextField,
    UUIDField,
)
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
ForeignKey = ForeignKeyField
IntegerField = IntField
SmallIntegerField = SmallIntField

__all__ = [
    "BackwardFKRelation",
    "BackwardOneToOneRelation",
    "BigIntField",
    "BigIntegerField",
    "BooleanField",
    "CASCADE",
    "CharField",
    "DateTimeField",
    "DatetimeField",
    "DecimalField",
    "Field",
    "FloatField",
    "ForeignKey",
    "ForeignKeyField",
    "ForeignKeyNullableRelation",
    "ForeignKeyRelation",
    "IntField",
    "IntegerField",
    "JSONField",
    "ManyToManyField",
    "ManyToManyRelation",
    "NO_ACTION",
    "OnDelete",
    "OneToOneField",
    "OneToOneNullableRelation",
    "OneToOneRelation",
    "RESTRICT",
    "ReverseRelation",
    "SET_DEFAULT",
    "SET_NULL",
    "SmallIntField",
    "SmallIntegerField",
    "TextField",
    "UUIDField",
]
