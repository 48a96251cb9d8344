"""Fields that PostgreSQL has besides."""

from tortoise_dialect_postgres.arrays.field import ArrayField
from tortoise_dialect_postgres.search.field import TSVectorField

__all__ = ["ArrayField", "TSVectorField"]
