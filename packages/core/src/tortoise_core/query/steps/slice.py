"""How many rows, and from which on."""

from __future__ import annotations

from typing import Any

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import shown
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


def _size(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ParamsError(f"{name} takes a whole number that is not negative, not {shown(value)}")
    return int(value)


class Limit(Step):
    """At most so many rows."""

    __slots__ = ()

    def __init__(self, limit: int) -> None:
        self.shape, self.values = "limit", (_size("limit", limit),)

    def declare(self, request: Request, start: int) -> None:
        request.limit = start


class Offset(Step):
    """Without the first so many rows."""

    __slots__ = ()

    def __init__(self, offset: int) -> None:
        self.shape, self.values = "offset", (_size("offset", offset),)

    def declare(self, request: Request, start: int) -> None:
        request.offset = start
