"""Rows in parts, by a cursor of the server."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tortoise_core.dialect.driver import Row
from tortoise_dialect_postgres.clients.psycopg_results import Decoding
from tortoise_dialect_postgres.clients.psycopg_wire import Wire

#: the statements that DECLARE takes (manual, "DECLARE"), behind comments
_QUERY = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*(?:SELECT|VALUES|TABLE)\b", re.IGNORECASE | re.DOTALL)


def has_cursor(sql: str) -> bool:
    """True if a cursor can be declared for `sql`."""
    return _QUERY.match(sql) is not None


class CursorStream:
    """Rows of a declared cursor, one round trip for each part; `own`: its transaction ends with it."""

    def __init__(self, wire: Wire, name: str, decode: Decoding, own: bool) -> None:
        self._wire, self._name, self._decode, self._own = wire, name, decode, own

    @classmethod
    async def of(cls, wire: Wire, name: str, own: bool) -> CursorStream:
        """The stream of a cursor that has just been declared."""
        wire.check_free()
        wire.pgconn.send_describe_portal(name.encode())
        return cls(wire, name, Decoding((await wire.results())[-1]), own)

    async def fetch(self, count: int) -> Sequence[Row]:
        fetch = f"FETCH FORWARD {count:d} FROM {self._name}".encode()
        self._wire.check_free()
        self._wire.pgconn.send_query_params(fetch, [], result_format=self._decode.format)
        return self._decode((await self._wire.results())[-1])

    async def close(self) -> None:
        await self._wire.simple(b"COMMIT" if self._own else f"CLOSE {self._name}".encode())


class WholeStream:
    """Rows of a statement that no cursor can be declared for, which came at once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows, self._start = rows, 0

    async def fetch(self, count: int) -> Sequence[Row]:
        start, self._start = self._start, self._start + count
        return self._rows[start : self._start]

    async def close(self) -> None:
        self._rows = ()
