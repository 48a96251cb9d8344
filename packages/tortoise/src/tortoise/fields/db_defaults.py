"""Defaults that the database puts in."""

from tortoise_core.schema.db_defaults import Now, RandomHex, SqlDefault

__all__ = ["Now", "RandomHex", "SqlDefault"]
