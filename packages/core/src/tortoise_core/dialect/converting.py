"""Converters that generated code can write out: several in a row, and short expressions of Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Callable, Optional, Union

Convert = Callable[[Any], Any]


class Chain:
    """Converters one after the other. Generated code nests the calls, which saves one of Python per value."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Convert) -> None:
        self.parts = parts

    def __call__(self, value: Any) -> Any:
        for part in self.parts:
            value = part(value)
        return value


class Inline:
    """A converter as source: an expression over `{v}`, which may use `{v}_` as a variable and the given names.

    It stands for `call`, which does the same where nothing is generated. `{v}` may be named several times.
    """

    __slots__ = ("call", "names", "source")

    def __init__(self, source: str, names: Mapping[str, Any], call: Convert) -> None:
        self.source, self.names, self.call = source, names, call

    def __call__(self, value: Any) -> Any:
        return self.call(value)


def chained(*parts: Optional[Convert]) -> Optional[Convert]:
    """`parts` as one converter, without those that do nothing; None if none is left."""
    flat: list[Convert] = []
    for part in parts:
        if isinstance(part, Chain):
            flat += part.parts
        elif part is not None:
            flat.append(part)
    return Chain(*flat) if len(flat) > 1 else flat[0] if flat else None


def parts_of(convert: Convert) -> Union[tuple[Convert, ...], tuple[()]]:
    """The converters that `convert` is made of."""
    return convert.parts if isinstance(convert, Chain) else (convert,)


def each(convert: Convert) -> Convert:
    """A converter of lists that converts their items; None stays None, and lists in lists are lists of items too."""

    def convert_all(values: Any) -> list[Any]:
        return [
            None if value is None else convert_all(value) if type(value) is list else convert(value) for value in values
        ]

    return convert_all
