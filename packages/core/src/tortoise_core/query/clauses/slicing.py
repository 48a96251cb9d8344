"""LIMIT and OFFSET."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.query.request import Request


def limit_and_offset(request: Request) -> tuple[Optional[ex.Expression], Optional[ex.Expression]]:
    """LIMIT and OFFSET as parameters."""
    return _size(request.limit), _size(request.offset)


def is_sliced(request: Request) -> bool:
    """True if only some of the rows are wanted, which their order decides."""
    return request.limit is not None or request.offset is not None or bool(request.distinct_on)


def _size(slot: Optional[int]) -> Optional[ex.Expression]:
    return None if slot is None else ex.Param(slot, types.Integer(64), None, False)
