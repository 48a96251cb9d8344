"""Parts of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Expression
from tortoise_core.ast.types import SqlType


@dataclass(eq=False)
class ArrayItem(Expression):
    """One item, counted from 0; NULL where there is none. An item of an item is that of a list in the list."""

    __slots__ = ("array", "index", "type")
    array: Expression
    index: int
    type: Optional[SqlType]


@dataclass(eq=False)
class ArraySlice(Expression):
    """The items from `start` up to `stop`, which is left out, counted from 0."""

    __slots__ = ("array", "start", "stop", "type")
    array: Expression
    start: int
    stop: int
    type: Optional[SqlType]
