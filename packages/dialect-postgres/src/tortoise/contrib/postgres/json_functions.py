"""Conditions on documents, as functions."""

from tortoise_dialect_postgres.conditions import (
    operator_keywords,
    postgres_json_contained_by,
    postgres_json_contains,
    postgres_json_filter,
)

__all__ = [
    "operator_keywords",
    "postgres_json_contained_by",
    "postgres_json_contains",
    "postgres_json_filter",
]
