"""Conditions on arrays, as functions."""

from tortoise_dialect_postgres.functions.conditions import (
    PostgresArrayOperators,
    postgres_array_contained_by,
    postgres_array_contains,
    postgres_array_length,
    postgres_array_overlap,
)

__all__ = [
    "PostgresArrayOperators",
    "postgres_array_contained_by",
    "postgres_array_contains",
    "postgres_array_length",
    "postgres_array_overlap",
]
