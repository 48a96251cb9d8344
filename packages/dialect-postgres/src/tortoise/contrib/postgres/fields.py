"""Fields that PostgreSQL has besides."""

from tortoise_dialect_postgres.array_field import ArrayField
from tortoise_dialect_postgres.tsvector_field import TSVectorField

__all__ = ["ArrayField", "TSVectorField"]
