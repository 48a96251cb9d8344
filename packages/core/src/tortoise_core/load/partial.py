"""Instances of which only some columns were loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final


class Missing:
    """Stands in a remembered row for a column that was not loaded."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<not loaded>"


MISSING: Final = Missing()


class PartialRow(tuple):  # type: ignore[type-arg]  # values of columns, whatever they are
    """The remembered row of such an instance, in the order of the model's columns."""

    __slots__ = ()


def kept(before: Sequence[Any], row: Sequence[Any]) -> Sequence[Any]:
    """`row` in the place of `before`: still a partial one while anything is missing."""
    if type(before) is PartialRow and any(value is MISSING for value in row):
        return PartialRow(row)
    return row
