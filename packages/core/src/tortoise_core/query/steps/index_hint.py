"""Hints which index a server should use."""

from __future__ import annotations

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import shown
from tortoise_core.query.request import Request
from tortoise_core.query.steps.base import Step


class IndexHint(Step):
    """Use these indexes, or with `force` nothing but them."""

    __slots__ = ("force", "names")

    def __init__(self, names: tuple[str, ...], force: bool) -> None:
        if not names or not all(isinstance(name, str) for name in names):
            raise ParamsError(f"{'force' if force else 'use'}_index takes names of indexes, not {shown(names)}")
        self.names, self.force = names, force
        self.shape, self.values = ("index", names, force), ()

    def declare(self, request: Request, start: int) -> None:
        request.index_hints = (*request.index_hints, self)
