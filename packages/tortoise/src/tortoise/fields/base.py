"""The base class of fields, and what happens on delete."""

from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET, DatabaseDefault
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.relations import OnDelete

CASCADE = OnDelete.CASCADE
NO_ACTION = OnDelete.NO_ACTION
RESTRICT = OnDelete.RESTRICT
SET_DEFAULT = OnDelete.SET_DEFAULT
SET_NULL = OnDelete.SET_NULL

__all__ = [
    "CASCADE",
    "DB_DEFAULT_NOT_SET",
    "DatabaseDefault",
    "Field",
    "NO_ACTION",
    "OnDelete",
    "RESTRICT",
    "SET_DEFAULT",
    "SET_NULL",
]
