"""Locks on the rows that are read."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise_core.base.errors import ParamsError
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step

UPDATE, NO_KEY_UPDATE, SHARE, KEY_SHARE = "UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"


class Lock(Step):
    """Rows that nobody else may change before the transaction ends. `strength` says who is kept out."""

    __slots__ = ("nowait", "of", "skip_locked", "strength")

    def __init__(self, strength: str, nowait: bool = False, skip_locked: bool = False, of: Sequence[str] = ()) -> None:
        if nowait and skip_locked:
            call = "select_for_share" if strength in (SHARE, KEY_SHARE) else "select_for_update"
            raise ParamsError(f"{call} takes nowait or skip_locked, not both")
        self.strength, self.nowait, self.skip_locked = strength, bool(nowait), bool(skip_locked)
        self.of = (of,) if isinstance(of, str) else tuple(of)
        self.shape, self.values = ("lock", strength, self.nowait, self.skip_locked, self.of), ()

    def declare(self, request: Request, start: int) -> None:
        request.lock = self
