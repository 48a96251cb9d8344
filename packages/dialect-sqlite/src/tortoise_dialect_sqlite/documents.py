"""JSON documents, which SQLite keeps as text: parts of them, whether they are equal, and what contains what.

The rules are those of ``jsonb`` (PostgreSQL manual, "JSON Types"). SQLite's own functions are no help: paths there
have no way to write keys that hold quotes, and documents would be equal by their text alone.
"""

from __future__ import annotations

import json
import re
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Any, Callable, Optional

_POSITION = re.compile(r"[+-]?[0-9]+\Z")
#: removes trailing zeros without rounding any number that a document may hold
_SHORTEST = Context(prec=200_000, Emax=MAX_EMAX, Emin=MIN_EMIN).normalize
_quoted = json.JSONEncoder(ensure_ascii=False).encode
_MISSING = object()

#: all numbers are read exactly, so that 1 and 1.0 are equal and none loses digits
_load = lru_cache(maxsize=256)(json.JSONDecoder(parse_float=Decimal, parse_int=Decimal).decode)


def find(document: Any, keys: tuple[str, ...]) -> Any:
    """The part of a read document that `keys` lead to, or `_MISSING`."""
    for key in keys:
        if isinstance(document, dict):
            document = document.get(key, _MISSING)
        elif isinstance(document, list) and _POSITION.match(key) and -len(document) <= int(key) < len(document):
            document = document[int(key)]
        else:
            return _MISSING
    return document


def _number(value: Decimal) -> str:
    return str(_SHORTEST(value)) if value else "0"


def _plain_number(value: Decimal) -> str:
    return f"{value if value else abs(value):f}"


def _written(value: Any, number: Callable[[Decimal], str], comma: str, colon: str) -> str:
    """A read document as text, members in the order of ``jsonb``: short names first, then by their bytes."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (len(name.encode()), name.encode()))
        members = [f"{_quoted(name)}{colon}{_written(value[name], number, comma, colon)}" for name in names]
        return f"{{{comma.join(members)}}}"
    if isinstance(value, list):
        return f"[{comma.join([_written(item, number, comma, colon) for item in value])}]"
    return number(value) if isinstance(value, Decimal) else _quoted(value)


@lru_cache(maxsize=256)
def canonical(document: str) -> str:
    """The one text of all documents that are equal."""
    return _written(_load(document), _number, ",", ":")


def value_at(document: Optional[str], *keys: str) -> Optional[str]:
    """The part that `keys` lead to, in its canonical form; None where there is none."""
    if document is None:
        return None
    if not keys:
        return canonical(document)
    found = find(_load(document), keys)
    return None if found is _MISSING else _written(found, _number, ",", ":")


def text_at(document: Optional[str], *keys: str) -> Optional[str]:
    """The part that `keys` lead to as text: strings bare, None for JSON's null and where there is nothing."""
    found = None if document is None else find(_load(document), keys)
    if found is None or found is _MISSING or isinstance(found, str):
        return None if found is _MISSING else found
    return _written(found, _plain_number, ", ", ": ")


def contains(outer: Optional[str], inner: Optional[str]) -> Optional[bool]:
    """True if document `inner` is contained in `outer`; a single value is in an array at the top that has it."""
    if outer is None or inner is None:
        return None
    whole, part = _load(outer), _load(inner)
    if isinstance(whole, list) and not isinstance(part, (list, dict)):
        return _has(whole, part)
    return _contained(whole, part)


def _contained(whole: Any, part: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in whole and _contained(whole[k], v) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(_has(whole, item) for item in part)
    return _kind(whole) == _kind(part) and bool(whole == part)


def _has(items: list[Any], part: Any) -> bool:
    return any(_contained(item, part) for item in items)


def _kind(value: Any) -> str:
    """What JSON calls the type of a value; True is no number there."""
    return type(value).__name__


def has_key(document: Optional[str], key: Optional[str]) -> Optional[bool]:
    """True if an object has the member, an array has the text in it, or the document is that text."""
    if document is None or key is None:
        return None
    whole = _load(document)
    if isinstance(whole, list):
        return any(isinstance(item, str) and item == key for item in whole)
    return key in whole if isinstance(whole, dict) else isinstance(whole, str) and whole == key


def has_keys(document: Optional[str], keys: str, every: int) -> Optional[bool]:
    """The same of each of a JSON array of keys, or of any of them."""
    if document is None:
        return None
    return (all if every else any)(has_key(document, key) for key in json.loads(keys))


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def ordered(operator: str, left: Optional[str], right: Optional[str]) -> Optional[bool]:
    """``left operator right`` between values of one type; False between those of two."""
    if left is None or right is None:
        return None
    a, b = _load(left), _load(right)
    if _kind(a) != _kind(b):
        return False
    return _OPERATORS[operator](a, b) if isinstance(a, (Decimal, str, bool)) else a == b and "=" in operator


#: function by its name in SQL, and how many arguments it takes; -1: any number
FUNCTIONS: dict[str, tuple[Callable[..., Any], int]] = {
    "tortoise_json_value": (value_at, -1),
    "tortoise_json_text": (text_at, -1),
    "tortoise_json_contains": (contains, 2),
    "tortoise_json_ordered": (ordered, 3),
    "tortoise_json_has_key": (has_key, 2),
    "tortoise_json_has_keys": (has_keys, 3),
}
