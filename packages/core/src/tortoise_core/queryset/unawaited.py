"""Queries that write, which warn when nobody awaits them: then nothing was written."""

from __future__ import annotations

import dis
import sys
import warnings
from types import CodeType
from typing import Any, Optional, TypeVar

from tortoise_core.ast.expressions import Node
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.prepared import Steps
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.record import R
from tortoise_core.session.context import Using

Self = TypeVar("Self", bound="WriteQuery[Any]")
#: the package whose own calls are none of the user's
_ENGINE = __name__.partition(".")[0]


class WriteQuery(AwaitableQuery[R]):
    """Base of the queries that change rows. `call` names the method that makes them.

    Each remembers where it was made until it is awaited or read; one that is forgotten warns with that line.
    """

    __slots__ = ("_made_at",)
    _writes = True
    call = ""

    #: (code, offset of the instruction); None once the query has been used
    _made_at: Optional[tuple[CodeType, int]]

    def __init__(self, model: type[R], steps: Steps = (), using: Using = None) -> None:
        self.model, self._steps, self._using = model, steps, using
        self._made_at = _caller()

    def _copy(self: Self) -> Self:
        query = super()._copy()
        query._made_at, self._made_at = self._made_at, None
        return query

    def _tree(self, backend: Backend) -> tuple[Node, list[Any]]:
        self._made_at = None
        return super()._tree(backend)

    def sql_and_params(self) -> tuple[str, tuple[Any, ...]]:
        self._made_at = None
        return super().sql_and_params()

    def __del__(self) -> None:
        made_at = getattr(self, "_made_at", None)
        if made_at is not None and not sys.is_finalizing():
            code, offset = made_at
            message = f"{self.model.__name__}: {self.call} was never awaited, so nothing was written"
            warnings.warn_explicit(message, RuntimeWarning, code.co_filename, line_at(code, offset))


def _caller() -> tuple[CodeType, int]:
    """Where the user's code is; an offset, because to tell its line costs more than to look for it."""
    frame = sys._getframe(3)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == _ENGINE:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def line_at(code: CodeType, offset: int) -> int:
    """The line of an instruction."""
    line = code.co_firstlineno
    for start, number in dis.findlinestarts(code):
        if start > offset:
            break
        line = number or line
    return line
