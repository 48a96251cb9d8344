"""Conditions on documents as functions, and what can be made of documents."""

from tortoise_dialect_postgres.functions.conditions import (
    operator_keywords,
    postgres_json_contained_by,
    postgres_json_contains,
    postgres_json_filter,
)
from tortoise_dialect_postgres.functions.documents import (
    JSONBuildObject,
    JSONConcat,
    JSONExtract,
    JSONExtractText,
    JSONPathQueryArray,
    JSONPathQueryFirst,
    JSONRemove,
    JSONSet,
)

__all__ = [
    "JSONBuildObject",
    "JSONConcat",
    "JSONExtract",
    "JSONExtractText",
    "JSONPathQueryArray",
    "JSONPathQueryFirst",
    "JSONRemove",
    "JSONSet",
    "operator_keywords",
    "postgres_json_contained_by",
    "postgres_json_contains",
    "postgres_json_filter",
]
