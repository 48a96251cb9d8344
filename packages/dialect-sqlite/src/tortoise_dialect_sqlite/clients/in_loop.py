"""SQLite in the event loop itself, by `sqlite3`: no thread, so no hop, and while a statement runs nothing else does.

Meant for tests and scripts. A lock of another session is waited for by sleeping in between attempts, so that the
task that holds it goes on; everything else happens at once, and a cancellation never finds a statement half-way.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Any, Callable, Optional, TypeVar

from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Stream, Target
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_dialect_sqlite.clients.buffered import Buffered
from tortoise_dialect_sqlite.databases import create_database, drop_database
from tortoise_dialect_sqlite.errors import classify, is_busy
from tortoise_dialect_sqlite.jobs import InsertMany, Query, split_script
from tortoise_dialect_sqlite.link import CACHED_STATEMENTS, Link, check, opening_error
from tortoise_dialect_sqlite.options import DEFAULTS, MAX_SESSIONS, OPTION_TYPES, Opening, is_private, opening_of

T = TypeVar("T")

#: statements after which the other tasks of the loop have a turn; a power of two
STATEMENTS_PER_TURN = 32
#: seconds between two attempts at a lock, at first and at most
SHORTEST_PAUSE, LONGEST_PAUSE = 0.0005, 0.02


class CursorStream:
    """Rows of a cursor in parts."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    async def fetch(self, count: int) -> Sequence[Row]:
        """The next rows; none at the end."""
        await asyncio.sleep(0)
        return self._cursor.fetchmany(count)

    async def close(self) -> None:
        """End the statement."""
        self._cursor.close()


class InLoopSession:
    """One connection. `patience` is how many seconds it waits for a lock."""

    def __init__(self, link: Link, opening: Opening, patience: float) -> None:
        self.closed = False
        self._link, self._patience = link, patience
        self._begin, self._beside = opening.begin, opening.reads_beside_writes
        self._statements = 0
        # the methods of `sqlite3` itself, past those of `Link`
        self._run: Callable[..., sqlite3.Cursor] = super(Link, link).execute

    @property
    def library_connection(self) -> sqlite3.Connection:
        """That of `sqlite3`."""
        return self._link

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        """Run one statement; its rows."""
        self._statements = count = (self._statements + 1) & (STATEMENTS_PER_TURN - 1)
        if not count:
            await asyncio.sleep(0)
        try:
            return self._run(sql, params).fetchall()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
        return await self._patiently(lambda: self._run(sql, params).fetchall())

    async def execute(self, sql: str, params: Params) -> int:
        """Run one statement that gives no rows; the number of rows it changed."""
        self._statements = count = (self._statements + 1) & (STATEMENTS_PER_TURN - 1)
        if not count:
            await asyncio.sleep(0)
        try:
            changed = self._run(sql, params).rowcount
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            changed = await self._patiently(lambda: self._run(sql, params).rowcount)
        return changed if changed > 0 else 0

    async def _patiently(self, attempt: Callable[[], T]) -> T:
        """Try until the lock is there, or patience ends. What failed for a lock has done nothing."""
        end, pause = monotonic() + self._patience, SHORTEST_PAUSE
        while True:
            try:
                return attempt()
            except sqlite3.OperationalError as error:
                if not is_busy(error) or monotonic() + pause > end:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)

    async def _do(self, sql: str) -> None:
        await self._patiently(lambda: self._run(sql).fetchall())

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """Run any statement: (column names, rows, number of rows changed or returned)."""
        job = Query(params)
        await self._patiently(lambda: job.run(self._link, sql))
        return job.names, job.rows, job.count

    async def stream(self, sql: str, params: Params) -> Stream:
        """Begin a statement whose rows come in parts; the other tasks have a turn before each."""
        if not (self._beside or self._link.in_transaction):
            return Buffered(await self.fetch(sql, params))
        return CursorStream(await self._patiently(lambda: self._run(sql, params)))

    async def script(self, sql: str) -> None:
        """Run statements one after the other, without a COMMIT before them."""
        for statement in split_script(sql):
            await self._do(statement)

    async def insert(self, sql: str, params: Params) -> Any:
        """Run an INSERT: the first value it returns, or the ROWID of its last row; None if it inserted none."""
        job = Query(params)
        await self._patiently(lambda: job.run(self._link, sql))
        return job.rows[0][0] if job.rows else job.last_id

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run a statement for each row of parameters: all of them or none."""
        await self.insert_many(BulkInsert(sql, "", None, ()), rows)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """Insert all rows or none; the generated keys in the order of `rows`."""
        job = InsertMany(plan, rows)
        await self._patiently(lambda: job.run(self._link, plan.sql))
        return job.keys

    # -- transactions

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        """Open a transaction; by default it may write from the start, so that it never fails for having read first.

        All of SQLite's are serializable, which is all that `options` can ask for.
        """
        await self._do(self._begin)

    async def savepoint(self, name: str) -> None:
        """Mark a point inside the open transaction."""
        self._run(f'SAVEPOINT "{name}"')

    async def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        self._run(f'RELEASE "{name}"')

    async def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""
        self._run(f'ROLLBACK TO "{name}"')
        self._run(f'RELEASE "{name}"')

    async def commit(self) -> None:
        """Commit. Fails where SQLite has rolled the transaction back itself, which `sqlite3` passes over."""
        await self._do("COMMIT")

    async def rollback(self) -> None:
        """Roll back, if SQLite has not done so itself."""
        self._link.rollback()

    # -- the end

    async def heal(self) -> None:
        """Roll back what is open; nothing ever runs on for calls that nobody awaits."""
        self._link.rollback()

    def unread(self) -> bool:
        """False: there is no connection that could end by itself."""
        return False

    async def close(self) -> None:
        """Close."""
        self.terminate()

    def terminate(self) -> None:
        """Close, whatever is open."""
        if not self.closed:
            self.closed = True
            self._link.close()


async def connect(target: Target) -> Session:
    """Open a session. Raises ConfigurationError for options that mean nothing here, and errors that name the file."""
    opening = opening_of(target)
    try:
        link = _link(opening)
    except sqlite3.Error as error:
        explained = opening_error(error, opening)
        if explained is not None:
            raise explained from error
        raise
    (milliseconds,) = link.execute("PRAGMA busy_timeout").fetchone()
    # from here on it is the loop that waits, and other tasks go on
    link.execute("PRAGMA busy_timeout = 0").fetchall()
    return InLoopSession(link, opening, milliseconds / 1000)


def _link(opening: Opening) -> Link:
    # a class to the checkers, and any callable to sqlite3
    factory: Any = partial(Link, opening=opening)
    link: Link = sqlite3.connect(
        opening.database,
        uri=opening.uri,
        isolation_level=None,
        cached_statements=CACHED_STATEMENTS,
        # it is dropped from wherever its loop is found closed
        check_same_thread=False,
        factory=factory,
    )
    return link


async def server_version(session: Session) -> tuple[int, ...]:
    """The version of the SQLite library in this process."""
    return sqlite3.sqlite_version_info


def pool_size(target: Target) -> tuple[int, int]:
    """One session for a database in memory, which no other could see; several for a file."""
    return (1, 1) if is_private(target) else (1, MAX_SESSIONS)


dialect_name = "sqlite"

driver = Driver(
    name="sqlite3",
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
)
