"""Equal rows once."""

from __future__ import annotations

from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Distinct(Step):
    """Equal rows once."""

    __slots__ = ()

    def __init__(self) -> None:
        self.shape, self.values = "distinct", ()

    def declare(self, request: Request, start: int) -> None:
        request.distinct = True
