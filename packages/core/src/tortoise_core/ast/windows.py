"""Functions over the rows around a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.ast.expressions import Expression, Node
from tortoise_core.ast.select import Compound, Select
from tortoise_core.ast.types import SqlType
from tortoise_core.ast.visit import walk


@dataclass(eq=False)
class Frame(Node):
    """Which rows of its partition a function sees, counted from the current one.

    `unit` is "ROWS" or "RANGE". Ends below 0 precede, 0 is the current row, None has no bound.
    """

    __slots__ = ("unit", "start", "end")
    unit: str
    start: Optional[int]
    end: Optional[int]


@dataclass(eq=False)
class Window(Expression):
    """`function` over the rows that agree in `partition`, in the order of `order_by`; `frame` None: the standard's."""

    __slots__ = ("function", "partition", "order_by", "frame", "type")
    function: Expression
    partition: tuple[Expression, ...]
    order_by: tuple[Node, ...]
    frame: Optional[Frame]
    type: Optional[SqlType]


def holds_window(node: Node) -> bool:
    """True if a window is part of `node`, without looking into queries inside it."""
    return any(isinstance(found, Window) for found in walk(node, stop=(Select, Compound)))
