"""Parameters of SQL that was written by hand: one style for every driver, and values as drivers take them.

``$1, $2, ...`` stand for the values by number, on every dialect. The driver's own style serves as well, and so does
``?`` where there are exactly as many as values. What stands inside text, quoted names and comments is no parameter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Callable, Optional
from uuid import UUID

from tortoise_core.ast.types import Date, Numeric, SqlType, Time, Timestamp, Uuid
from tortoise_core.base.errors import ParamsError
from tortoise_core.base.sql_text import scanner
from tortoise_core.dialect.statements import Backend

_TOKENS = scanner(
    r"""
      (?<![\w$])\$(?P<number>\d+)
    | (?P<mark>(?<![?@])\?(?![|&?\d]))           # not an operator that looks alike, nor a numbered one
    """
)
#: how many statements are remembered
_KEPT = 512


def native(backend: Backend, sql: str, values: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """`sql` with `values` as the driver of `backend` takes them. Raises ParamsError where they do not fit."""
    text, order = _in_style(sql, backend.driver.paramstyle, len(values))
    encoded = [encode(backend, value) for value in values]
    return text, encoded if order is None else [encoded[at] for at in order]


@lru_cache(maxsize=_KEPT)
def _in_style(sql: str, style: str, count: int) -> tuple[str, Optional[tuple[int, ...]]]:
    """The text in a driver's style, and which value each of its parameters takes; None: as they are given."""
    found = [match for match in _TOKENS.finditer(sql) if match["passed"] is None]
    numbers = [int(match["number"]) - 1 for match in found if match["number"]]
    if numbers:
        _check_numbers(numbers, count)
        if style == "numeric_dollar":
            return sql, None
        return _replaced(sql, lambda match: _WRITTEN[style] if match["number"] else None, style), tuple(numbers)
    marks = len(found)
    if style == "qmark" and marks and marks != count:
        raise ParamsError(f"the statement has {marks} parameters, and {count} values were given")
    if style == "qmark" or not marks or marks != count:
        return sql, None  # in the driver's own style
    if style != "numeric_dollar":
        return _replaced(sql, lambda match: _WRITTEN[style] if match["mark"] else None, style), None
    order = iter(range(1, marks + 1))
    return _replaced(sql, lambda match: f"${next(order)}" if match["mark"] else None, style), None


_WRITTEN = {"qmark": "?", "format": "%s"}


def _replaced(sql: str, write: Callable[[re.Match[str]], Optional[str]], style: str) -> str:
    """`sql` with what `write` gives in the place of its tokens; None leaves one as it is."""
    parts: list[str] = []
    end = 0
    for match in _TOKENS.finditer(sql):
        written = None if match["passed"] is not None else write(match)
        if written is not None:
            parts += [_plain(sql[end : match.start()], style), written]
            end = match.end()
    return "".join([*parts, _plain(sql[end:], style)])


def _plain(text: str, style: str) -> str:
    return text.replace("%", "%%") if style == "format" else text


def _check_numbers(numbers: list[int], count: int) -> None:
    if min(numbers) < 0:
        raise ParamsError("parameters of a statement are numbered from $1 on")
    if max(numbers) >= count:
        raise ParamsError(f"the statement has a parameter ${max(numbers) + 1}, and {count} values were given")
    unused = set(range(count)) - set(numbers)
    if unused:
        raise ParamsError(f"value {min(unused) + 1} of {count} stands for no parameter of the statement")


#: class of a value -> the SQL type whose encoder it needs; others are the driver's business
_TYPES: dict[type, Callable[[Any], SqlType]] = {
    dt.datetime: lambda value: Timestamp(value.utcoffset() is not None),
    dt.date: lambda value: Date(),
    dt.time: lambda value: Time(value.tzinfo is not None),
    Decimal: lambda value: Numeric(),
    UUID: lambda value: Uuid(),
}


def encode(backend: Backend, value: Any) -> Any:
    """One value as the driver takes it. An enum's member is its value."""
    if isinstance(value, Enum):
        value = value.value
    made = _TYPES.get(type(value))
    if made is None:
        return value
    convert = backend.converters(made(value))[0]
    return value if convert is None else convert(value)
