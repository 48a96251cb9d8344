"""Fields that name other models."""

from typing import Optional

from tortoise_core.model.relations import ManyToManyRelation, NoneAwaitable, ReverseRelation
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    ForeignKeyField,
    ForeignKeyFieldInstance,
    ManyToManyField,
    ManyToManyFieldInstance,
)

ForeignKeyNullableRelation = Optional
ForeignKeyRelation = ForeignKeyFieldInstance

__all__ = [
    "BackwardFKRelation",
    "ForeignKeyField",
    "ForeignKeyFieldInstance",
    "ForeignKeyNullableRelation",
    "ForeignKeyRelation",
    "ManyToManyField",
    "ManyToManyFieldInstance",
    "ManyToManyRelation",
    "NoneAwaitable",
    "ReverseRelation",
]
