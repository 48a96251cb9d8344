"""Fields that name other models."""

# by this way of naming it type checkers take it for a type
from typing import Optional as ForeignKeyNullableRelation
from typing import Optional as OneToOneNullableRelation

from tortoise_core.model.relations import ManyToManyRelation, NoneAwaitable, ReverseRelation, _NoneAwaitable
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    BackwardOneToOneRelation,
    ForeignKeyField,
    ForeignKeyFieldInstance,
    ManyToManyField,
    ManyToManyFieldInstance,
    OnDelete,
    OneToOneField,
    OneToOneFieldInstance,
)
from tortoise_core.schema.relations import Relation as RelationalField

CASCADE = OnDelete.CASCADE
SET_NULL = OnDelete.SET_NULL
ForeignKeyRelation = ForeignKeyFieldInstance
OneToOneRelation = OneToOneFieldInstance

__all__ = [
    "BackwardFKRelation",
    "BackwardOneToOneRelation",
    "CASCADE",
    "ForeignKeyField",
    "ForeignKeyFieldInstance",
    "ForeignKeyNullableRelation",
    "ForeignKeyRelation",
    "ManyToManyField",
    "ManyToManyFieldInstance",
    "ManyToManyRelation",
    "NoneAwaitable",
    "OnDelete",
    "OneToOneField",
    "OneToOneFieldInstance",
    "OneToOneNullableRelation",
    "OneToOneRelation",
    "RelationalField",
    "ReverseRelation",
    "SET_NULL",
    "_NoneAwaitable",
]
