"""Rows that were fetched at once, given out in parts: where a statement under way would keep others from writing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tortoise_core.dialect.driver import Row


class Buffered:
    """All rows of a statement that has ended."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows, self._start = rows, 0

    async def fetch(self, count: int) -> Sequence[Row]:
        """The next rows; none at the end. Other tasks have a turn before."""
        await asyncio.sleep(0)
        part = self._rows[self._start : self._start + count]
        self._start += count
        return part

    async def close(self) -> None:
        """Forget the rest."""
        self._rows = ()
