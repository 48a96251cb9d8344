"""Statements that a session knows: their types, and the name under which the server keeps them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Callable, Optional

from psycopg.pq.abc import PGconn, PGresult

from tortoise_core.dialect.driver import Params
from tortoise_dialect_postgres.clients.psycopg_params import Encoding
from tortoise_dialect_postgres.clients.psycopg_results import Decoding


class Statement:
    """One statement as the server described it. Without a name it is parsed anew each time, with the same types."""

    __slots__ = ("decode", "encode", "name", "oids", "sql")

    def __init__(self, name: bytes, sql: bytes, description: PGresult) -> None:
        self.name, self.sql = name, sql
        self.oids = [description.param_type(at) for at in range(description.nparams)]
        self.encode = Encoding(self.oids)
        # what stands behind a name keeps its types, or else the server refuses to run it
        self.decode = Decoding(description, settled=bool(name))

    def send(self, pgconn: PGconn, params: Params) -> None:
        """Send one execution. Raises psycopg.DataError for parameters that do not fit, before anything is sent."""
        self.send_encoded(pgconn, self.encode(params))

    def send_encoded(self, pgconn: PGconn, values: Sequence[Any]) -> None:
        """The same with what `encode` made of the parameters."""
        formats = self.encode.formats
        if self.name:
            pgconn.send_query_prepared(self.name, values, formats, self.decode.format)
        else:
            pgconn.send_query_params(self.sql, values, self.oids, formats, self.decode.format)


class Kept:
    """The statements of one session by their text: `limit` at most, none older than `lifetime` seconds (0: any age)."""

    def __init__(self, limit: int, lifetime: float) -> None:
        self.limit, self.lifetime = limit, lifetime
        self._statements: dict[str, Statement] = {}
        #: when each was prepared, in the same order
        self._since: dict[str, float] = {}
        self.get: Callable[[str], Optional[Statement]] = self._statements.get
        #: names that the server may forget
        self.dropped: list[bytes] = []

    def put(self, sql: str, statement: Statement) -> None:
        """Keep a statement; the ones that are too old make room for it, and the oldest where there are too many."""
        now = time.monotonic()
        old = now - self.lifetime if self.lifetime else 0.0
        for known, since in list(self._since.items()):
            if since >= old and len(self._since) < self.limit:
                break
            del self._since[known]
            self.drop(self._statements.pop(known))
        self._statements[sql], self._since[sql] = statement, now

    def drop(self, statement: Statement) -> None:
        """Have the server forget a statement when there is something to send anyway."""
        if statement.name:
            self.dropped.append(statement.name)

    def clear(self) -> None:
        """Forget all of them, also what they were called."""
        self._statements.clear()
        self._since.clear()
        self.dropped.clear()
