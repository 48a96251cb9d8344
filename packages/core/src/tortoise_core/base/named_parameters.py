"""SQL text with parameters by name, ``:name``, whatever the style of the client library.

Strings, delimited identifiers and comments are passed over, and so is ``::``, a cast. The same parameter may stand in
several places. Everything that runs SQL of the user's own shares this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Union

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.sql_text import scanner

_TOKEN = scanner(
    r":(?P<name>[^\W\d]\w*)",
    r"""
    | ::                 # a cast
    | (?<=[\w\]]):\w     # the bounds of a slice are none of ours
    """,
)


class Name(str):
    """The name of a parameter, as a part of a text."""

    __slots__ = ()


def split(sql: str) -> tuple[Union[str, Name], ...]:
    """`sql` as texts and the names between them."""
    parts: list[Union[str, Name]] = []
    start = 0
    for found in _TOKEN.finditer(sql):
        name = found.group("name")
        if name is not None:
            parts += [sql[start : found.start()], Name(name)]
            start = found.end()
    parts.append(sql[start:])
    return tuple([part for part in parts if part or isinstance(part, Name)])


def bound(
    sql: str, values: Mapping[str, Any], placeholder: Callable[[int], str], numbered: bool
) -> tuple[str, list[Any]]:
    """(text in the style of `placeholder`, its parameters in order). Raises ParamsError for names without a value.

    `numbered`: a placeholder says which parameter it is, so that one parameter serves all places of a name.
    """
    texts: list[str] = []
    params: list[Any] = []
    places: dict[str, str] = {}
    escaped = placeholder(1).startswith("%")
    parts = split(sql)
    for part in parts:
        if not isinstance(part, Name):
            texts.append(part.replace("%", "%%") if escaped else part)
            continue
        if not numbered or part not in places:
            params.append(value_of(part, values))
            places[part] = placeholder(len(params))
        texts.append(places[part])
    check_used(parts, values)
    return "".join(texts), params


def value_of(name: str, values: Mapping[str, Any]) -> Any:
    """The value of a parameter. Raises ParamsError."""
    try:
        return values[name]
    except KeyError:
        raise ParamsError(f"the SQL names :{name}, which has no value.{did_you_mean(name, values)}") from None


def check_used(parts: tuple[Union[str, Name], ...], values: Mapping[str, Any]) -> None:
    """Raise ParamsError for a value that the SQL has no place for."""
    named = {str(part) for part in parts if isinstance(part, Name)}
    for name in values:
        if name not in named:
            raise ParamsError(f"the SQL has no :{name}.{did_you_mean(str(name), named)}")
