"""Functions that SQLite has besides."""

from tortoise_dialect_sqlite.random import Random

__all__ = ["Random"]
