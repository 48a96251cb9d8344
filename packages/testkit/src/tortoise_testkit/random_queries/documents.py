"""Conditions on documents and parts of them: a part that is not there is NULL, JSON's null is a value."""

from __future__ import annotations

from typing import Any

from tortoise_testkit.lookup_matrix.oracle import contained, same
from tortoise_testkit.random_queries.logic import Truth, disjunction, negation

#: what parts are asked for, and what may be looked for there
KEYS = (("a",), ("deep",), ("deep", "0", "er"), ("deep", "1"), ("0",), ("1",), ("2", "a"), ("-1",), ("nowhere",))
VALUES: tuple[Any, ...] = (1, 2, "two", True, "🐢'\\", 2.5, 7, {"a": 1}, [], [{"er": 2.5}, 7], {}, 0, "")
LOOKUPS = ("exact", "not", "in", "not_in", "isnull", "not_isnull")
_MISSING = object()


def part(document: Any, keys: tuple[str, ...]) -> Any:
    """What `keys` lead to, or `_MISSING`."""
    for key in keys:
        if isinstance(document, dict):
            document = document.get(key, _MISSING)
        elif isinstance(document, list) and key.lstrip("-").isdigit() and -len(document) <= int(key) < len(document):
            document = document[int(key)]
        else:
            return _MISSING
    return document


def look(lookup: str, document: Any, keys: tuple[str, ...], operand: Any) -> Truth:
    """What `lookup` says of a part of a document."""
    if lookup in ("contains", "contained_by"):
        pair = (document, operand) if lookup == "contains" else (operand, document)
        return None if document is None else contained(*pair)
    found = _MISSING if document is None else part(document, keys)
    if lookup in ("isnull", "not_isnull") or operand is None:
        wanted = operand is (lookup == "isnull") if operand is not None else lookup == "exact"
        return (found is _MISSING or found is None) is wanted
    equal = [None if found is _MISSING else same(found, one) for one in ([operand] if "in" not in lookup else operand)]
    truth = disjunction(equal)
    if lookup in ("exact", "in"):
        return truth
    return True if found is _MISSING else negation(truth)
