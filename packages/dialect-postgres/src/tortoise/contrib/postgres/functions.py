"""Functions that PostgreSQL has besides."""

from tortoise_dialect_postgres.aggregates import ArrayAgg, BitAnd, BitOr, JSONBAgg
from tortoise_dialect_postgres.functions import PlainToTsQuery, Random, ToTsQuery, ToTsVector

__all__ = ["ArrayAgg", "BitAnd", "BitOr", "JSONBAgg", "PlainToTsQuery", "Random", "ToTsQuery", "ToTsVector"]
