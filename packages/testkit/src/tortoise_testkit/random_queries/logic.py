"""Lookups and conditions in plain Python, with SQL's logic of three values: True, False and None for "unknown".

A row is found where its condition is True. A comparison with NULL is unknown, and so is its negation: `exclude`
and `~Q` leave such rows out. The lookups `not` and `not_in` are about values, not about logic: NULL differs from
every value, so they find it. ``x=None`` is IS NULL, ``x__not=None`` IS NOT NULL, and None in a list stands for NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, Optional

from tortoise_testkit.random_queries.kinds import REGEX, TYPES

Truth = Optional[bool]


def negation(truth: Truth) -> Truth:
    """NOT."""
    return None if truth is None else not truth


def conjunction(truths: Iterable[Truth]) -> Truth:
    """AND: False if any is, otherwise unknown if any is."""
    found = list(truths)
    return False if False in found else None if None in found else True


def disjunction(truths: Iterable[Truth]) -> Truth:
    """OR: True if any is, otherwise unknown if any is."""
    found = list(truths)
    return True if True in found else None if None in found else False


def fold(text: str) -> str:
    """Capitals, character by character; one that has no single capital stays as it is."""
    return "".join([c.upper() if len(c.upper()) == 1 else c for c in text])


class TextOrder:
    """How the database orders texts: as told by itself, once, since that is a matter of its collation."""

    def __init__(self, ordered: Iterable[str]) -> None:
        self._ranks = {text: rank for rank, text in enumerate(ordered)}

    def key(self, value: Any) -> Any:
        """What to compare in the place of `value`."""
        plain = value.value if isinstance(value, Enum) else value
        return self._ranks[plain] if isinstance(plain, str) else plain


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": lambda a, b: bool(a > b),
    "gte": lambda a, b: bool(a >= b),
    "lt": lambda a, b: bool(a < b),
    "lte": lambda a, b: bool(a <= b),
}
_PLACES: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda text, part: text == part,
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


def equal(value: Any, other: Any) -> Truth:
    """``=``: unknown if either is NULL."""
    return None if value is None or other is None else bool(value == other)


def look(lookup: str, kind: str, value: Any, operand: Any, order: TextOrder) -> Truth:
    """What `lookup` says of a value; an `operand` of None that came from a column is NULL, too."""
    if lookup in ("isnull", "not_isnull"):
        return (value is None) is (operand is (lookup == "isnull"))
    if lookup == "exact":
        return equal(value, operand)
    if lookup == "not":
        return disjunction([negation(equal(value, operand)), value is None])
    if lookup in ("in", "not_in"):
        return _in_list(lookup, value, operand)
    if value is None or operand is None:
        return None
    if lookup == "range":
        low, high = operand
        return bool(order.key(low) <= order.key(value) <= order.key(high))
    if lookup in _ORDERS:
        return _ORDERS[lookup](order.key(value), order.key(operand))
    return _text(lookup, kind, value, operand)


def _in_list(lookup: str, value: Any, items: list[Any]) -> Truth:
    found = value in items  # None in the list stands for NULL
    if lookup == "in":
        return found or (None if value is None and None not in items and items else False)
    return not found


def _text(lookup: str, kind: str, value: Any, part: str) -> bool:
    form = TYPES[kind].text
    assert form is not None
    text = form(value)
    if lookup in REGEX:
        pattern = re.sub(r"\$$", r"\\Z", part)  # $ is the end alone
        return re.search(pattern, text, re.DOTALL | (re.IGNORECASE if lookup == "iposix_regex" else 0)) is not None
    if lookup.startswith("i"):
        return _PLACES[lookup[1:]](fold(text), fold(part))
    return _PLACES[lookup](text, part)
