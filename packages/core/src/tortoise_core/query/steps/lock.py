"""Locks on the rows that are read."""

from __future__ import annotations

from tortoise_core.base.errors import ParamsError
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class Lock(Step):
    """Rows that nobody else may change before the transaction ends."""

    __slots__ = ("no_key", "nowait", "of", "skip_locked")

    def __init__(
        self, nowait: bool = False, skip_locked: bool = False, of: tuple[str, ...] = (), no_key: bool = False
    ) -> None:
        if nowait and skip_locked:
            raise ParamsError("select_for_update takes nowait or skip_locked, not both")
        self.nowait, self.skip_locked, self.no_key = bool(nowait), bool(skip_locked), bool(no_key)
        self.of = of
        self.shape, self.values = ("lock", self.nowait, self.skip_locked, self.of, self.no_key), ()

    def declare(self, request: Request, start: int) -> None:
        request.lock = self
