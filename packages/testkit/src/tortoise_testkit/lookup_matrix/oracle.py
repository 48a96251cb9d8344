"""What each lookup says of a value that is not None, in plain Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tortoise_testkit.lookup_matrix.kinds import DATE, KEYS, PATHS, TIME, Kind

Test = Callable[[Any, Any], bool]
ORDERED: dict[str, Test] = {
    "gt": lambda value, operand: value > operand,
    "gte": lambda value, operand: value >= operand,
    "lt": lambda value, operand: value < operand,
    "lte": lambda value, operand: value <= operand,
    "range": lambda value, pair: pair[0] <= value <= pair[1],
}
IN_TEXT: dict[str, Callable[[str, str], bool]] = {
    "iexact": lambda text, part: text.upper() == part.upper(),
    "contains": lambda text, part: part in text,
    "icontains": lambda text, part: part.upper() in text.upper(),
    "startswith": str.startswith,
    "istartswith": lambda text, part: text.upper().startswith(part.upper()),
    "endswith": str.endswith,
    "iendswith": lambda text, part: text.upper().endswith(part.upper()),
    "posix_regex": lambda text, pattern: re.search(pattern, text, re.DOTALL) is not None,
    "iposix_regex": lambda text, pattern: re.search(pattern, text, re.DOTALL | re.IGNORECASE) is not None,
    "search": lambda text, words: set(words.lower().split()) <= set(re.findall(r"\w+", text.lower())),
}


#: (lookup, path) -> the answer, for paths of the few forms that are tried
PATH_ANSWERS: dict[tuple[str, str], Callable[[Any], bool]] = {
    ("path_exists", "$.a"): lambda value: has_key(value, "a") and isinstance(value, dict),
    ("path_exists", "$.a.b[*] ? (@ > 1)"): lambda value: same(value, {"a": {"b": [1, 2, {"c": None}]}}),
    ("path_exists", '$.z ? (@ == "it\'s")'): lambda value: False,
    ("path_match", '$.z == "x"'): lambda value: isinstance(value, dict) and value.get("z") == "x",
    ("path_match", "exists($.a.b)"): lambda value: same(value, {"a": {"b": [1, 2, {"c": None}]}}),
}


def has_key(value: Any, key: str) -> bool:
    """True if a document has a key at its top, by the manual of PostgreSQL."""
    if isinstance(value, list):
        return any(isinstance(item, str) and item == key for item in value)
    return key in value if isinstance(value, dict) else isinstance(value, str) and value == key


def same(left: Any, right: Any) -> bool:
    """Equality in which True is no number, as documents have it."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def contained(outer: Any, inner: Any, top: bool = True) -> bool:
    """Containment of documents by the manual of PostgreSQL."""
    if isinstance(inner, dict):
        return isinstance(outer, dict) and all(k in outer and contained(outer[k], v, False) for k, v in inner.items())
    if isinstance(inner, list):
        return isinstance(outer, list) and all(any(contained(o, i, False) for o in outer) for i in inner)
    if top and isinstance(outer, list):
        return any(same(item, inner) for item in outer)
    return not isinstance(outer, (dict, list)) and same(outer, inner)


def found(kind: Kind, lookup: str, value: Any, operand: Any) -> bool:
    """True if a row with `value` is to be found."""
    if lookup == "isnull":
        return (value is None) is bool(operand)
    if lookup == "not_isnull":
        return (value is not None) is bool(operand)
    if lookup in ("exact", "not"):
        return _equal(value, operand) is (lookup == "exact")
    if lookup in ("in", "not_in"):
        return any(_equal(value, item) for item in operand) is (lookup == "in")
    if value is None:
        return False
    if lookup in ORDERED:
        return ORDERED[lookup](value, operand)
    if lookup in DATE + TIME:
        return bool(part_of(lookup, value) == operand)
    if lookup in KEYS:
        keys = [operand] if lookup == "has_key" else operand
        return (any if lookup == "has_any_keys" else all)(has_key(value, key) for key in keys)
    if lookup in PATHS:
        return PATH_ANSWERS[lookup, operand](value)
    if "filter" in kind.lookups:
        return contained(value, operand) if lookup == "contains" else contained(operand, value)
    return IN_TEXT[lookup](kind.text(value), operand)


def _equal(value: Any, operand: Any) -> bool:
    return value is operand if None in (value, operand) else same(value, operand)


def part_of(part: str, value: Any) -> int:
    """One part of a date or time."""
    if part == "week":
        return int(value.isocalendar()[1])
    return (value.month + 2) // 3 if part == "quarter" else int(getattr(value, part))


def operands(kind: Kind, lookup: str) -> Iterator[Any]:
    """What a lookup is tried with."""
    values = [*kind.values, *kind.strange]
    if lookup in ("isnull", "not_isnull"):
        yield from (True, False)
    elif lookup in ("exact", "not"):
        yield from (*values, None)
    elif lookup in ("in", "not_in"):
        yield from ([], values[:1], tuple(values[1:4]), values, [None], [values[0], None])
    elif lookup == "range":
        yield from ((low, high) for low in values[::3] for high in values[::2])
        yield values[:2]
    elif lookup in ORDERED:
        yield from values
    elif lookup in DATE + TIME:
        yield from (*{part_of(lookup, value) for value in kind.values}, 9999, -1)
    elif lookup == "search":
        yield from ("apple", "pie apple", "slash", "nowhere", "%", "' OR 1=1 --")
    elif lookup == "has_key":
        yield from ("a", "b", "two", "text", "null", "", "1", "it's", '"', "$1")
    elif lookup in KEYS:
        yield from (["a"], ("a", "z"), [], ["two", "nowhere"], ["text"], ["it's", '"', "{}"])
    elif lookup in PATHS:
        yield from (path for name, path in PATH_ANSWERS if name == lookup)
    elif "filter" in kind.lookups:
        yield from (*values, {"a": {"b": [2]}}, {"z": "x"}, [None], [1, 1], [True, "two", 1, None, 5])
    else:
        yield from _texts(kind, lookup)


def _texts(kind: Kind, lookup: str) -> Iterator[str]:
    texts = sorted({kind.text(value) for value in kind.values})
    ends = kind.whole or not lookup.endswith(("endswith", "exact"))
    parts = {"%", "_", "\\", "nowhere", "'"} | (
        {part for text in texts for part in _parts(text, kind.whole)} if ends else set()
    )
    if "regex" in lookup:
        escaped = {"".join([re.escape(char) if char != "\n" else char for char in part]) for part in parts}
        yield from (*escaped, *(f"^{part}" for part in escaped), "a|x", "^.*$", "^$")
        yield from (r"\d+$", "[0-9][05]") if kind.whole else ()
    else:
        yield from (part.swapcase() if lookup.startswith("i") else part for part in parts)
        yield from ("",) if ends else ()


def _parts(text: str, whole: bool) -> set[str]:
    """Parts of a text; where servers end it differently, such as cannot stand in that end."""
    return {text, text[:2], text[-2:], text[1:4]} - {""} if whole else {text, text[:-2], text[-6:]}
