"""Lookups under the names of functions: each takes a term and an operand and gives a predicate.

They are what ``field__lookup=value`` is made by, for lookups of a user's own that build upon them; see
`LookupHooks.tortoise_register_lookups`.
"""

from __future__ import annotations

from tortoise_core.query.lookups import (
    LOOKUPS,
    Build,
    Operand,
    between,
    contained_by,
    contains,
    exact,
    is_in,
    not_equal,
    not_in,
    search,
)
from tortoise_core.query.scope import Term

between_and = between
starts_with, ends_with = LOOKUPS["startswith"], LOOKUPS["endswith"]
insensitive_exact, insensitive_contains = LOOKUPS["iexact"], LOOKUPS["icontains"]
insensitive_starts_with, insensitive_ends_with = LOOKUPS["istartswith"], LOOKUPS["iendswith"]
posix_regex, insensitive_posix_regex = LOOKUPS["posix_regex"], LOOKUPS["iposix_regex"]
is_null, not_null = LOOKUPS["isnull"], LOOKUPS["not_isnull"]
# a document and text share the lookup, which goes by the type of the column
json_contains, json_contained_by = contains, contained_by

__all__ = [
    "Build",
    "Operand",
    "Term",
    "between_and",
    "contains",
    "ends_with",
    "exact",
    "insensitive_contains",
    "insensitive_ends_with",
    "insensitive_exact",
    "insensitive_posix_regex",
    "insensitive_starts_with",
    "is_in",
    "is_null",
    "json_contained_by",
    "json_contains",
    "not_equal",
    "not_in",
    "not_null",
    "posix_regex",
    "search",
    "starts_with",
]
