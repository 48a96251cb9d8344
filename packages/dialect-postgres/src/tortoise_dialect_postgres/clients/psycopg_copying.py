"""COPY by psycopg: bytes go through the library's cursor, rows are written here by the encoders of statements."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Sequence
from struct import Struct
from typing import Any, Callable, TypeVar

from psycopg.pq import ConnStatus, Format

from tortoise_core.dialect.driver import Params
from tortoise_dialect_postgres.clients.psycopg_params import Encoding
from tortoise_dialect_postgres.clients.psycopg_wire import Wire
from tortoise_dialect_postgres.commands.copying import Write

T = TypeVar("T")

#: the head of a binary COPY, and its end (PostgreSQL manual, "COPY", "Binary Format")
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_count, _length = Struct("!h").pack, Struct("!i").pack
#: seconds after which a task that has swallowed its cancellation is cancelled again
_AGAIN = 0.05
#: bytes that are sent at once
_PART = 1 << 16


async def _unswallowed(work: Awaitable[T]) -> T:
    """Await a call of the library, which waits by `wait_for`: before 3.12 that may swallow a cancellation.

    There the call gets a task of its own, and this one is cancelled when it is to be.
    """
    if sys.version_info >= (3, 12):
        return await work
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        while not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({task}, timeout=_AGAIN)
        if not task.cancelled():
            task.exception()  # taken note of: this task has been cancelled, whatever came of the other one
        raise
    return task.result()


async def _copied(wire: Wire, statement: str, work: Callable[[Any], Awaitable[None]]) -> int:
    """Run a COPY, with `work` on the library's object for it; the number of rows."""
    wire.check_free()
    wire.unwatch()  # meanwhile the library watches the socket
    wire.lent = True
    try:
        async with wire.connection.cursor() as cursor:
            copying: Any = cursor.copy(statement.encode())
            copy = await _unswallowed(copying.__aenter__())
            try:
                await work(copy)
            except BaseException as error:
                await _unswallowed(copying.__aexit__(type(error), error, error.__traceback__))
                raise
            await _unswallowed(copying.__aexit__(None, None, None))
            return int(cursor.rowcount)
    finally:
        wire.lent = False
        if wire.pgconn.status == ConnStatus.OK:
            wire.watch()
        else:
            wire.closed = True


async def copy_out(wire: Wire, statement: str, write: Write) -> int:
    """Run a COPY TO STDOUT."""

    async def read(copy: Any) -> None:
        while True:
            data = await _unswallowed(copy.read())
            if not data:
                return
            await write(bytes(data))

    return await _copied(wire, statement, read)


async def copy_in(wire: Wire, statement: str, parts: AsyncIterable[bytes]) -> int:
    """Run a COPY FROM STDIN."""

    async def send(copy: Any) -> None:
        async for part in parts:
            await _unswallowed(copy.write(part))

    return await _copied(wire, statement, send)


def writes_all(encode: Encoding) -> bool:
    """True if all columns have a binary form that is written here."""
    return all(format == Format.BINARY for format in encode.formats)


async def binary_rows(encode: Encoding, rows: AsyncIterable[Params]) -> AsyncIterator[bytes]:
    """Rows as a binary COPY has them."""
    width = _count(len(encode.formats))
    parts, size = [_HEAD], 0
    async for row in rows:
        data = _row(width, encode(row))
        parts.append(data)
        size += len(data)
        if size >= _PART:
            yield b"".join(parts)
            parts, size = [], 0
    parts.append(_END)
    yield b"".join(parts)


def _row(width: bytes, values: Sequence[Any]) -> bytes:
    parts = [width]
    for value in values:
        parts += (_NULL,) if value is None else (_length(len(value)), value)
    return b"".join(parts)
