"""Fields that PostgreSQL has besides."""

from tortoise_dialect_postgres.array_field import ArrayField

__all__ = ["ArrayField"]
