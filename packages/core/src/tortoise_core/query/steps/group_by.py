"""Groups of rows."""

from __future__ import annotations

from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class GroupBy(Step):
    """One row for all that agree in these names."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.shape, self.values = ("group_by", names), ()

    def declare(self, request: Request, start: int) -> None:
        request.group_by = self.names
