"""What SQLite lacks, in Python: exact decimals, case folding beyond ASCII, powers and remainders of floats.

Each connection gets them when it is opened. All are deterministic, so that SQLite computes constant calls once.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Callable, Optional, Union

from tortoise_dialect_sqlite import dates, documents, regex, string_agg

#: collation of columns that hold decimals as text
DECIMAL = "tortoise_decimal"
#: arithmetic operator -> function over decimals
OPERATORS: dict[str, str] = {
    "+": "tortoise_decimal_add",
    "-": "tortoise_decimal_subtract",
    "*": "tortoise_decimal_multiply",
    "/": "tortoise_decimal_divide",
    "%": "tortoise_decimal_remainder",
    "^": "tortoise_decimal_power",
}
#: aggregate -> aggregate over decimals
AGGREGATES: dict[str, str] = {"SUM": "tortoise_decimal_sum", "AVG": "tortoise_decimal_avg"}

Number = Union[str, int, float, None]
#: sums and products are exact up to this many digits, far more than columns hold
_EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN)
#: digits of quotients, means and powers, which have no end of their own
_ROUNDED = Context(prec=38, rounding=ROUND_HALF_EVEN)


@lru_cache(maxsize=8192)
def _decimal(text: str) -> Decimal:
    return Decimal(text)


def _value(number: Any) -> Decimal:
    return Decimal(number) if type(number) is int else _decimal(str(number))


def compare_decimals(left: str, right: str) -> int:
    """Below, equal or above zero as the numbers are; text that is no number comes last, by its characters."""
    try:
        a, b = _decimal(left), _decimal(right)
        return (a > b) - (a < b)
    except InvalidOperation:
        return _compare_odd(left, right)


def _compare_odd(left: str, right: str) -> int:
    a, b = (_rank(left), left), (_rank(right), right)
    return (a > b) - (a < b)


def _rank(text: str) -> int:
    try:
        return int(_decimal(text).is_nan())
    except InvalidOperation:
        return 2


def _operation(compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Number, Number], Optional[str]]:
    def operate(left: Number, right: Number) -> Optional[str]:
        if left is None or right is None:
            return None
        return f"{compute(_value(left), _value(right)):f}"

    return operate


def _by_divisor(compute: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Number, Number], Optional[str]]:
    """NULL where the divisor is zero, as SQLite has it for other numbers."""
    operate = _operation(compute)
    return lambda left, right: None if right is not None and not _value(right) else operate(left, right)


class DecimalSum:
    """SUM over decimals: exact, NULL over no values."""

    def __init__(self) -> None:
        self.total, self.count = Decimal(0), 0

    def step(self, number: Number) -> None:
        """Take one value."""
        if number is not None:
            self.total = _EXACT.add(self.total, _value(number))
            self.count += 1

    def finalize(self) -> Optional[str]:
        """The result, as text."""
        return f"{self.total:f}" if self.count else None


class DecimalMean(DecimalSum):
    """AVG over decimals, to 38 digits; NULL over no values."""

    def finalize(self) -> Optional[str]:
        return f"{_ROUNDED.divide(self.total, Decimal(self.count)):f}" if self.count else None


def fold(text: Any) -> Optional[str]:
    """Capitals throughout, each character by itself: one that has no single capital ("ß") stays as it is.

    That is what ``UPPER`` of servers does, so lookups that ignore case find the same rows everywhere.
    """
    if text is None:
        return None
    text = str(text)
    upper: str = text.upper()
    if len(upper) == len(text):
        return upper
    return "".join([up if len(up) == 1 else char for char, up in zip(text, map(str.upper, text))])


def lower(text: Any) -> Optional[str]:
    """Small letters throughout, each character by itself, as ``LOWER`` of servers has it."""
    return None if text is None else "".join([low if len(low) == 1 else char for char, low in _lowered(str(text))])


def _lowered(text: str) -> Iterable[tuple[str, str]]:
    return zip(text, map(str.lower, text))


def power(base: Optional[float], exponent: Optional[float]) -> Optional[float]:
    """`base` to the power of `exponent`, as a float."""
    return None if base is None or exponent is None else math.pow(base, exponent)


def remainder(left: Optional[float], right: Optional[float]) -> Optional[float]:
    """What a division of floats leaves, with the sign of `left`; NULL for a divisor of zero."""
    return None if left is None or not right else math.fmod(left, right)


def joined(parts: str) -> str:
    """Text that holds NUL characters, which SQLite's JSON functions do not pass: its parts in a JSON array."""
    return "\0".join(json.loads(parts))


_FUNCTIONS: dict[str, Any] = {
    OPERATORS["+"]: _operation(_EXACT.add),
    OPERATORS["-"]: _operation(_EXACT.subtract),
    OPERATORS["*"]: _operation(_EXACT.multiply),
    OPERATORS["/"]: _by_divisor(_ROUNDED.divide),
    OPERATORS["%"]: _by_divisor(_EXACT.remainder),
    OPERATORS["^"]: _operation(_ROUNDED.power),
    "tortoise_fold": fold,
    "tortoise_lower": lower,
    "tortoise_power": power,
    "tortoise_remainder": remainder,
    "tortoise_joined": joined,
    "tortoise_float": lambda text: None if text is None else float(text),
    "tortoise_bytes": bytes.fromhex,
}
_ARITY: dict[str, int] = {
    "tortoise_fold": 1,
    "tortoise_lower": 1,
    "tortoise_joined": 1,
    "tortoise_float": 1,
    "tortoise_bytes": 1,
}


def install(connection: sqlite3.Connection) -> None:
    """Make all of these known to a connection, in the thread that it belongs to."""
    connection.create_collation(DECIMAL, compare_decimals)
    for name, function in _FUNCTIONS.items():
        connection.create_function(name, _ARITY.get(name, 2), function, deterministic=True)
    for name, (function, arity) in {**dates.FUNCTIONS, **documents.FUNCTIONS, **regex.FUNCTIONS}.items():
        connection.create_function(name, arity, function, deterministic=True)
    for name, aggregate in ((AGGREGATES["SUM"], DecimalSum), (AGGREGATES["AVG"], DecimalMean)):
        connection.create_aggregate(name, 1, aggregate)  # type: ignore[arg-type]  # typeshed knows integers only
    connection.create_aggregate(string_agg.NAME, -1, string_agg.StringAgg)  # type: ignore[arg-type]  # the same


def install_operators(connection: sqlite3.Connection) -> None:
    """REGEXP, and MATCH without regard to case, for SQL that is written by hand."""
    for name, function in regex.OPERATORS.items():
        connection.create_function(name, 2, function, deterministic=True)
