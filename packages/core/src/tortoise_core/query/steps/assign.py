"""New values of columns."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tortoise_core.query.expressions import Expression
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Assign(Step):
    """The new values of an UPDATE."""

    __slots__ = ("assignments",)

    def __init__(self, assignments: dict[str, Any]) -> None:
        self.assignments = assignments
        shape: list[Hashable] = ["assign"]
        values: list[Any] = []
        for name, value in assignments.items():
            if isinstance(value, Expression):
                shape.append((name, value.shape))
                values.extend(value.values)
            else:
                shape.append(name)
                values.append(value)
        self.shape, self.values = tuple(shape), tuple(values)

    def declare(self, request: Request, start: int) -> None:
        for name, value in self.assignments.items():
            request.assignments[name] = (value, start)
            start += len(value.values) if isinstance(value, Expression) else 1
