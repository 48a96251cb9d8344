"""Functions that PostgreSQL has besides."""

from tortoise_dialect_postgres.functions import PlainToTsQuery, Random, ToTsQuery, ToTsVector

__all__ = ["PlainToTsQuery", "Random", "ToTsQuery", "ToTsVector"]
