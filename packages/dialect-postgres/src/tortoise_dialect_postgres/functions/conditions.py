"""Conditions as functions, which give a truth value to annotate or to compare, and the names of their operators.

They say what the lookups of the same name say, for fields by name: ``postgres_array_contains("tags", ["a"])`` is true
where ``filter(tags__contains=["a"])`` finds the row, and false for all others.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Union

from tortoise_core.base.errors import FieldError
from tortoise_core.query.expressions import Case, F, When
from tortoise_core.query.lookups import LOOKUPS, Build
from tortoise_core.schema.fitting import DOCUMENT_PART, PARTS


class Comp(Enum):
    """The operator of full text search."""

    search = " @@ "


class PostgresArrayOperators(str, Enum):
    """The operators of arrays."""

    CONTAINS = "@>"
    CONTAINED_BY = "<@"
    OVERLAP = "&&"


class PostgresRegexMatching(Enum):
    """The operators of regular expressions."""

    POSIX_REGEX = " ~ "
    IPOSIX_REGEX = " ~* "


#: what a part of a document can be asked, by name: the lookup, which for parts of dates is equality
operator_keywords: dict[str, Build] = {
    name: LOOKUPS.get(name, LOOKUPS["exact"]) for name in (*DOCUMENT_PART, *PARTS) if name not in ("exact", "filter")
}


def _holds(field: Union[str, F], lookup: str, value: Any) -> Case:
    name = field.name if isinstance(field, F) else field
    if not isinstance(name, str):
        raise FieldError(f"the name of a field is expected, or F() of one, not {field!r}")
    return Case(When(**{f"{name}__{lookup}": value}, then=True), default=False)


def postgres_array_contains(field: Union[str, F], value: Any) -> Case:
    """The array `field` has every item of `value`."""
    return _holds(field, "contains", value)


def postgres_array_contained_by(field: Union[str, F], value: Any) -> Case:
    """Every item of the array `field` is one of `value`."""
    return _holds(field, "contained_by", value)


def postgres_array_overlap(field: Union[str, F], value: Any) -> Case:
    """The array `field` has an item of `value`."""
    return _holds(field, "overlap", value)


def postgres_array_length(field: Union[str, F], value: int) -> Case:
    """The array `field` has `value` items."""
    return _holds(field, "len", value)


def postgres_json_contains(field: Union[str, F], value: Any) -> Case:
    """The document `field` contains the document `value`."""
    return _holds(field, "contains", value)


def postgres_json_contained_by(field: Union[str, F], value: Any) -> Case:
    """The document `field` is contained in the document `value`."""
    return _holds(field, "contained_by", value)


def postgres_json_filter(field: Union[str, F], value: dict[str, Any]) -> Case:
    """The document `field` meets the conditions `value`, such as ``{"key__subkey__gt": 1}``."""
    return _holds(field, "filter", value)


def postgres_posix_regex(field: Union[str, F], value: str) -> Case:
    """The regular expression `value` is found in the text of `field`."""
    return _holds(field, "posix_regex", value)


def postgres_insensitive_posix_regex(field: Union[str, F], value: str) -> Case:
    """The same without regard to case."""
    return _holds(field, "iposix_regex", value)
