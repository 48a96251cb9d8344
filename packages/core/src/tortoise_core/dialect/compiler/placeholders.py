"""The styles in which client libraries take parameters."""

from __future__ import annotations

from typing import Callable


def _qmark(number: int) -> str:
    return "?"


def _numeric_dollar(number: int) -> str:
    return f"${number}"


def _format(number: int) -> str:
    return "%s"


def _inline(number: int) -> str:
    return f"\0{number}\0"


#: the style of text whose parameters are written out afterwards: see `dialect.inlining`
INLINE = "inline"
#: paramstyle -> the placeholder of the parameter with a number, from 1
PLACEHOLDERS: dict[str, Callable[[int], str]] = {
    "qmark": _qmark,
    "numeric_dollar": _numeric_dollar,
    "format": _format,
    INLINE: _inline,
}
