"""More connections of a file that only read: for SELECTs that would wait behind a statement that takes its time.

SQLite in its WAL mode lets them read what is committed while another one writes or waits until it may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Optional, Protocol

from tortoise_core.dialect.driver import Params, Row
from tortoise_dialect_sqlite.clients.threaded import Threaded, open_threaded
from tortoise_dialect_sqlite.options import Opening

#: seconds that a SELECT may wait for others before it is spread to a reader
READ_PATIENCE = 0.02


class Fetch(Protocol):
    """A session's `fetch`, kept as an attribute."""

    def __call__(self, sql: str, params: Params, /) -> Coroutine[Any, Any, Sequence[Row]]: ...


class _Reader:
    """One of them, and how many statements it has to run."""

    __slots__ = ("threaded", "waiting")

    def __init__(self, threaded: Threaded) -> None:
        self.threaded, self.waiting = threaded, 0


class Readers:
    """At most `opening.readers` connections, each opened when all others are busy. What they read is committed."""

    def __init__(self, opening: Opening) -> None:
        self.limit = opening.readers
        self._opening = replace(opening, pragmas=(*opening.pragmas, ("query_only", "ON")))
        self._readers: list[_Reader] = []
        self._being_opened: Optional[asyncio.Future[None]] = None
        self._closed = False

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        """The rows of a SELECT."""
        reader = await self._least_busy()
        reader.waiting += 1
        try:
            rows: Any = await reader.threaded.connection.execute_fetchall(sql, params)
            found: Sequence[Row] = rows
            return found
        finally:
            reader.waiting -= 1

    async def _least_busy(self) -> _Reader:
        while True:
            best = min(self._readers, key=lambda reader: reader.waiting, default=None)
            if best is not None and (best.waiting == 0 or len(self._readers) >= self.limit):
                return best
            if self._being_opened is None:
                return await self._open()
            if best is not None:
                return best
            await asyncio.wait({self._being_opened})

    async def _open(self) -> _Reader:
        self._being_opened = done = asyncio.get_running_loop().create_future()
        try:
            reader = _Reader(await open_threaded(self._opening))
        finally:
            self._being_opened = None
            done.set_result(None)
        if self._closed:
            reader.threaded.stop()
            reader.threaded.end()
        else:
            self._readers.append(reader)
        return reader

    def beside(self, fetch: Fetch) -> Fetch:
        """`fetch` of a connection, with the SELECTs that it would hold up taken over.

        One reader takes those that come while a write is under way, which may wait for a lock. That costs the others
        nothing that can be measured. More of them also take those that come while a SELECT takes long; the watch on
        its time is what that costs.
        """
        return _WritesAside(self, fetch) if self.limit == 1 else _LongReadsAside(self, fetch)

    async def rest(self) -> None:
        """Stop what still runs for calls that nobody awaits any more."""
        for reader in self._readers:
            await reader.threaded.rest()

    async def close(self) -> None:
        """Close all of them."""
        self._closed = True
        while self._readers:
            await self._readers.pop().threaded.close()

    def stop(self) -> list[Threaded]:
        """Drop all of them; those whose statements are to be ended."""
        self._closed = True
        dropped = [reader.threaded for reader in self._readers]
        self._readers.clear()
        for threaded in dropped:
            threaded.stop()
        return dropped


class _WritesAside:
    """A `fetch` that passes SELECTs to the readers while a write is under way."""

    __slots__ = ("fetch", "readers", "writing")

    def __init__(self, readers: Readers, fetch: Fetch) -> None:
        self.readers, self.fetch, self.writing = readers, fetch, 0

    def __call__(self, sql: str, params: Params, /) -> Coroutine[Any, Any, Sequence[Row]]:
        if not sql.startswith("SELECT"):
            return self.write(sql, params)
        return self.readers.fetch(sql, params) if self.writing else self.fetch(sql, params)

    async def write(self, sql: str, params: Params) -> Sequence[Row]:
        self.writing += 1
        try:
            return await self.fetch(sql, params)
        finally:
            self.writing -= 1


class _LongReadsAside(_WritesAside):
    """The same, and while the statement that runs now has taken long."""

    __slots__ = ("running", "since")

    def __init__(self, readers: Readers, fetch: Fetch) -> None:
        super().__init__(readers, fetch)
        self.running, self.since = 0, 0.0

    def __call__(self, sql: str, params: Params, /) -> Coroutine[Any, Any, Sequence[Row]]:
        if not sql.startswith("SELECT"):
            return self.write(sql, params)
        if self.writing or (self.running and monotonic() - self.since > READ_PATIENCE):
            return self.readers.fetch(sql, params)
        return self.read(sql, params)

    async def read(self, sql: str, params: Params) -> Sequence[Row]:
        if not self.running:
            self.since = monotonic()
        self.running += 1
        try:
            return await self.fetch(sql, params)
        finally:
            self.running -= 1
            self.since = monotonic()  # the next one begins now
