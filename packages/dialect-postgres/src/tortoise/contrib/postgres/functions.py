"""Functions that PostgreSQL has besides."""

from tortoise_dialect_postgres.functions.aggregates import ArrayAgg, BitAnd, BitOr, JSONBAgg
from tortoise_dialect_postgres.functions.text_search import PlainToTsQuery, Random, ToTsQuery, ToTsVector

__all__ = ["ArrayAgg", "BitAnd", "BitOr", "JSONBAgg", "PlainToTsQuery", "Random", "ToTsQuery", "ToTsVector"]
