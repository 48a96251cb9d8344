"""COPY out by asyncpg, which does not recover from a sink that fails once all has been sent to it."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_dialect_postgres.commands.copying import Options, Write

#: bytes that are passed over after a failure; where more would come the connection is given up
_PASSED_OVER = 1 << 23


async def copy_out(connection: Any, query: str, options: Options, write: Write) -> str:
    """The status of a COPY TO STDOUT. Raises what `write` raises."""
    sink = _Sink(connection, write)
    try:
        status: str = await connection.copy_from_query(query, output=sink.take, **options)
    except Exception:
        if sink.failure is not None:
            raise sink.failure from None
        raise
    if sink.failure is not None:
        raise sink.failure
    return status


class _Sink:
    """Hands bytes to `write` until that fails, and passes over what still comes."""

    def __init__(self, connection: Any, write: Write) -> None:
        self.failure: Optional[Exception] = None
        self._connection, self._write = connection, write
        self._passed = 0

    async def take(self, data: bytes) -> None:
        if self.failure is not None:
            self._passed += len(data)
            if self._passed > _PASSED_OVER:
                self._connection.terminate()
            return
        try:
            await self._write(data)
        except Exception as error:
            self.failure = error
