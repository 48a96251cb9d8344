"""Fields for types that PostgreSQL has beside those of other databases. Ranges are in `ranges`, arrays in `fields`."""

from tortoise_dialect_postgres.fields.enums import PostgresEnumField, PostgresEnumFieldInstance
from tortoise_dialect_postgres.fields.hstore import HStoreField
from tortoise_dialect_postgres.fields.network import CidrField, InetField, MacaddrField
from tortoise_dialect_postgres.fields.text import CITextField, IdentityField, IntervalField

__all__ = [
    "CITextField",
    "CidrField",
    "HStoreField",
    "IdentityField",
    "InetField",
    "IntervalField",
    "MacaddrField",
    "PostgresEnumField",
    "PostgresEnumFieldInstance",
]
