"""Related rows in the same query."""

from __future__ import annotations

from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class SelectRelated(Step):
    """Related rows in the same query."""

    __slots__ = ("paths",)

    def __init__(self, paths: tuple[str, ...]) -> None:
        self.paths = paths
        self.shape, self.values = ("select_related", paths), ()

    def declare(self, request: Request, start: int) -> None:
        request.select_related = (*request.select_related, *self.paths)
