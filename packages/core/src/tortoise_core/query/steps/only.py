"""Some of the columns."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Only(Step):
    """Instances with these columns alone; the last such step counts."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        if not names or not all(isinstance(name, str) for name in names):
            raise FieldError(f"only() takes names of fields, not {shown(names)}")
        self.names = names
        self.shape, self.values = ("only", names), ()

    def declare(self, request: Request, start: int) -> None:
        request.only = self.names
