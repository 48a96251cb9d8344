"""SQLite through aiosqlite: one thread per session, one hop into it per statement.

aiosqlite runs a fixed set of calls in its thread. What takes several calls of SQLite is a `Job`, handed to
`executemany` in the place of rows: `Link`, the connection class that aiosqlite is told to open, runs it whole.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from typing import Any, Optional

import aiosqlite

from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Stream, Target
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_dialect_sqlite.clients import in_loop
from tortoise_dialect_sqlite.clients.buffered import Buffered
from tortoise_dialect_sqlite.clients.readers import Fetch, Readers
from tortoise_dialect_sqlite.clients.threaded import Threaded, open_threaded
from tortoise_dialect_sqlite.databases import create_database, drop_database
from tortoise_dialect_sqlite.errors import classify
from tortoise_dialect_sqlite.jobs import InsertMany, Query, Script
from tortoise_dialect_sqlite.link import Counted, check
from tortoise_dialect_sqlite.options import DEFAULTS, MAX_SESSIONS, OPTION_TYPES, Opening, flag, is_private, opening_of

#: seconds that a cancelled statement may go on before a rollback to a savepoint stops it
STATEMENT_PATIENCE = 0.2


class CursorStream:
    """Rows of a cursor in parts, one hop for each."""

    def __init__(self, cursor: aiosqlite.Cursor) -> None:
        self._cursor = cursor

    async def fetch(self, count: int) -> Sequence[Row]:
        """The next rows; none at the end."""
        return list(await self._cursor.fetchmany(count))

    async def close(self) -> None:
        """End the statement."""
        await self._cursor.close()


class AiosqliteSession:
    """One connection. Its thread takes statements of any number of tasks and runs them in order.

    `fetch` is aiosqlite's own method where no readers are: nothing stands between a statement and its thread. Inside a
    transaction all statements go to the connection.
    """

    def __init__(self, threaded: Threaded, opening: Opening) -> None:
        self.closed = False
        self._threaded, self._begin, self._beside = threaded, opening.begin, opening.reads_beside_writes
        self._readers = readers = Readers(opening) if opening.readers else None
        self._connection = threaded.connection
        self._plain: Fetch = threaded.connection.execute_fetchall  # type: ignore[assignment]  # declared as an iterable, but is a list
        self._shared = self._plain if readers is None else readers.beside(self._plain)
        self.fetch: Fetch = self._shared

    @property
    def library_connection(self) -> Any:
        """aiosqlite's."""
        return self._connection

    async def execute(self, sql: str, params: Params) -> int:
        """Run one statement that gives no rows; the number of rows it changed."""
        # the shortest way through aiosqlite is that of rows, which a cursor of its own is twice as long as
        counted: Any = Counted(params)  # `Link` takes them out again
        count: Any = await self.fetch(sql, counted)
        return count if count > 0 else 0

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """Run any statement: (column names, rows, number of rows changed or returned)."""
        job = Query(params)
        await self._connection.executemany(sql, job)
        return job.names, job.rows, job.count

    async def stream(self, sql: str, params: Params) -> Stream:
        """Begin a statement whose rows come in parts."""
        if not (self._beside or self._threaded.link.in_transaction):
            return Buffered(await self._plain(sql, params))
        return CursorStream(await self._connection.execute(sql, params))

    async def script(self, sql: str) -> None:
        """Run statements one after the other; unlike `sqlite3`, without a COMMIT before them."""
        await self._connection.executemany(sql, Script())

    async def insert(self, sql: str, params: Params) -> Any:
        """Run an INSERT: the first value it returns, or the ROWID of its last row; None if it inserted none."""
        job = Query(params)
        await self._connection.executemany(sql, job)
        return job.rows[0][0] if job.rows else job.last_id

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run a statement for each row of parameters: all of them or none."""
        await self.insert_many(BulkInsert(sql, "", None, ()), rows)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """Insert all rows or none; the generated keys in the order of `rows`."""
        job = InsertMany(plan, rows)
        await self._connection.executemany(plan.sql, job)
        return job.keys

    # -- transactions

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        """Open a transaction; by default it may write from the start, so that it never fails for having read first.

        All of SQLite's are serializable, which is all that `options` can ask for.
        """
        self.fetch = self._plain
        await self._connection.execute(self._begin)

    async def savepoint(self, name: str) -> None:
        """Mark a point inside the open transaction."""
        await self._connection.execute(f'SAVEPOINT "{name}"')

    async def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        await self._connection.execute(f'RELEASE "{name}"')

    async def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it.

        A statement that still runs is one that was cancelled. It is given a moment, since one that writes takes the
        whole transaction with it when it is stopped; then it is stopped.
        """
        stop = asyncio.get_running_loop().call_later(STATEMENT_PATIENCE, self._threaded.link.interrupt)
        try:
            await self.script(f'ROLLBACK TO "{name}"; RELEASE "{name}"')
        finally:
            stop.cancel()

    async def commit(self) -> None:
        """Commit. Fails where SQLite has rolled the transaction back itself, which `sqlite3` passes over."""
        await self._connection.execute("COMMIT")
        self.fetch = self._shared

    async def rollback(self) -> None:
        """Roll back, if SQLite has not done so itself."""
        await self._connection.rollback()
        self.fetch = self._shared

    # -- the end

    async def heal(self) -> None:
        """Stop what still runs for calls that nobody awaits any more, and roll back behind it."""
        await self._threaded.rest()
        if self._readers is not None:
            await self._readers.rest()
        self.fetch = self._shared

    def unread(self) -> bool:
        """False: there is no connection that could end by itself."""
        return False

    async def close(self) -> None:
        """Close once everything queued has run."""
        self.closed = True
        if self._readers is not None:
            await self._readers.close()
        await self._threaded.close()

    def terminate(self) -> None:
        """Drop the connection: its thread ends with the statement that runs now, which is interrupted."""
        if self.closed:
            return
        self.closed = True
        dropped = [self._threaded, *(self._readers.stop() if self._readers is not None else ())]
        self._threaded.stop()
        for threaded in dropped:
            threaded.end()


async def connect(target: Target) -> Session:
    """Open a session. Raises ConfigurationError for options that mean nothing here, and errors that name the file."""
    opening = opening_of(target)
    return AiosqliteSession(await open_threaded(opening), opening)


async def server_version(session: Session) -> tuple[int, ...]:
    """The version of the SQLite library in this process."""
    return sqlite3.sqlite_version_info


def pool_size(target: Target) -> tuple[int, int]:
    """One session for a database in memory, which no other could see; several for a file."""
    return (1, 1) if is_private(target) else (1, MAX_SESSIONS)


def variant(target: Target) -> Optional[Driver]:
    """The driver without threads, where the option `in_loop` asks for it."""
    return in_loop.driver if flag("in_loop", target.options.get("in_loop", False)) else None


dialect_name = "sqlite"

driver = Driver(
    name="aiosqlite",
    paramstyle="qmark",
    connect=connect,
    classify=classify,
    server_version=server_version,
    pool_size=pool_size,
    shares_session=True,
    path_database=True,
    check=check,
    create_database=create_database,
    drop_database=drop_database,
    option_types=OPTION_TYPES,
    option_defaults=DEFAULTS,
    variant=variant,
)
