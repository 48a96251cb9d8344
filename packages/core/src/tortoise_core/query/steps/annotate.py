"""Computed values."""

from __future__ import annotations

from typing import Any

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression, expression_of
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Annotate(Step):
    """Expressions, and joined queries, under names of their own. A later one takes the place of one of its name."""

    __slots__ = ("annotations",)

    def __init__(self, annotations: dict[str, Any]) -> None:
        self.annotations = {name: expression_of(value) for name, value in annotations.items()}
        for name, value in annotations.items():
            if not isinstance(value, Expression):
                raise FieldError(f"annotate({name}=...) takes an expression, not {shown(value)}")
        self.shape = ("annotate", tuple([(name, e.shape) for name, e in self.annotations.items()]))
        self.values = sum([e.values for e in self.annotations.values()], ())

    def declare(self, request: Request, start: int) -> None:
        for name, expression in self.annotations.items():
            request.annotations.pop(name, None)
            request.laterals.pop(name, None)
            if isinstance(expression, Lateral):
                request.laterals[name] = (expression, start)
            else:
                request.annotations[name] = (expression, start)
            start += len(expression.values)
