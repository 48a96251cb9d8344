"""The order of rows."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class OrderBy(Step):
    """The order of rows; the last such step counts. A leading "-" is descending."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        for name in names:
            if not isinstance(name, str):
                raise FieldError(f"order_by takes names, not {name!r}")
        self.names = names
        self.shape, self.values = ("order_by", names), ()

    def declare(self, request: Request, start: int) -> None:
        request.ordering = self.names
