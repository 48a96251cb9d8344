"""LIKE patterns that match text literally."""

from __future__ import annotations

from typing import Any, Callable

from tortoise_core.ast.expressions import Encode

#: no server treats it specially inside a literal, as some do the backslash
ESCAPE = "!"
_WILDCARDS = str.maketrans({"!": "!!", "%": "!%", "_": "!_"})
_SHAPES: dict[str, str] = {"contains": "%{}%", "startswith": "{}%", "endswith": "%{}", "exact": "{}"}


def surroundings(where: str) -> tuple[str, str]:
    """What stands before and behind the text in a pattern that finds it at `where`."""
    before, after = _SHAPES[where].split("{}")
    return before, after


def pattern_encoder(where: str, encode: Encode) -> Callable[[Any], str]:
    """From a value to the LIKE pattern that finds it at `where`."""
    before, after = surroundings(where)

    def to_pattern(value: Any) -> str:
        text = str(value) if encode is None else encode(value)
        if "%" in text or "_" in text or ESCAPE in text:
            text = text.translate(_WILDCARDS)
        return before + text + after

    return to_pattern
