"""Equal rows once."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Distinct(Step):
    """Equal rows once; with `names` the first of those that agree in them."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        for name in names:
            if not isinstance(name, str):
                raise FieldError(f"distinct takes names, not {name!r}")
        self.names = names
        self.shape, self.values = ("distinct", names) if names else "distinct", ()

    def declare(self, request: Request, start: int) -> None:
        request.distinct, request.distinct_on = True, self.names
