"""What every step is."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.query.request import Request
from tortoise_core.query.shapes import Shaped


class Step(Shaped):
    """Base of the steps. Never changes once made."""

    __slots__ = ("shape", "values")

    def declare(self, request: Request, start: int) -> None:
        """Tell `request` what this step asks for; `start` is the position of the step's first value."""
        raise FieldError(f"{type(self).__name__} cannot be part of a query")
