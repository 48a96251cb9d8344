"""Which lookups fit which type of column: one table for conditions, messages and tests."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast import types
from tortoise_core.plugins.types import type_registry

#: whatever can be stored can be told apart
EQUALITY = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
ORDER = ("gt", "gte", "lt", "lte", "range")
#: what looks at a value as text; columns of other types are cast
TEXT = (
    "iexact",
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "posix_regex",
    "iposix_regex",
)
SEARCH = ("search",)
DATE_PARTS = ("year", "quarter", "month", "week", "day")
TIME_PARTS = ("hour", "minute", "second", "microsecond")
PARTS = DATE_PARTS + TIME_PARTS
#: keys and paths of documents, and all lookups of a document as a whole
KEYS = ("has_key", "has_keys", "has_any_keys")
PATHS = ("path_exists", "path_match")
DOCUMENT = (*EQUALITY, "contains", "contained_by", *KEYS, *PATHS, "filter")
#: a part of a document, which may be a value of any type
DOCUMENT_PART = (*EQUALITY, *ORDER, *TEXT, "filter")

_SCALAR = EQUALITY + ORDER + TEXT
_LOOKUPS: dict[type, tuple[str, ...]] = {
    types.Text: _SCALAR + SEARCH,
    types.Varchar: _SCALAR + SEARCH,
    types.Timestamp: _SCALAR + PARTS,
    types.Date: _SCALAR + DATE_PARTS,
    types.Time: _SCALAR + TIME_PARTS,
    # bytes have no form as text that servers agree on
    types.Binary: EQUALITY + ORDER,
    types.Json: DOCUMENT,
}
#: every lookup and part of the engine
ALL = tuple(dict.fromkeys((*_SCALAR, *SEARCH, *PARTS, *DOCUMENT)))


def lookups_for(sql_type: Optional[types.SqlType]) -> tuple[str, ...]:
    """The lookups that columns of a type take: those of the engine, and what a plugin says of its own types."""
    own = type_registry.support(sql_type)
    if own is not None:
        return tuple(dict.fromkeys((*own.engine_lookups, *own.lookups)))
    for cls in type(sql_type).__mro__:
        if cls in _LOOKUPS:
            return _LOOKUPS[cls]
    return _SCALAR


def parts_of(sql_type: Optional[types.SqlType]) -> tuple[str, ...]:
    """The parts of a date or time that values of a type have."""
    return tuple([name for name in lookups_for(sql_type) if name in PARTS])
