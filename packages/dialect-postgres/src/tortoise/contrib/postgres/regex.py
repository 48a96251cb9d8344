"""Regular expressions, as functions."""

from tortoise_dialect_postgres.functions.conditions import (
    PostgresRegexMatching,
    postgres_insensitive_posix_regex,
    postgres_posix_regex,
)

__all__ = [
    "PostgresRegexMatching",
    "postgres_insensitive_posix_regex",
    "postgres_posix_regex",
]
