"""Fields for types that PostgreSQL has beside those of other databases. Ranges are in `ranges`, arrays in `fields`."""

from tortoise_dialect_postgres.enum_field import PostgresEnumField, PostgresEnumFieldInstance
from tortoise_dialect_postgres.hstore_field import HStoreField
from tortoise_dialect_postgres.network_fields import CidrField, InetField, MacaddrField
from tortoise_dialect_postgres.text_fields import CITextField, IdentityField, IntervalField

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
