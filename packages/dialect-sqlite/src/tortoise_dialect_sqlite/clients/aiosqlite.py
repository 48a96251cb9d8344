"""SQLite through aiosqlite: one thread per session, one hop into it per statement.

aiosqlite runs a fixed set of calls in its thread. What takes several calls of SQLite is a `Job`, handed to
`executemany` in the place of rows: `Link`, the connection class that aiosqlite is told to open, runs it whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from threading import Event, Thread, current_thread
from typing import Any, Callable, Optional, Protocol, TypeVar

import aiosqlite

from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Target
from tortoise_dialect_sqlite.clients import in_loop
from tortoise_dialect_sqlite.errors import classify
from tortoise_dialect_sqlite.jobs import InsertMany, Query, Rest, Script
from tortoise_dialect_sqlite.link import CACHED_STATEMENTS, Counted, Link, opening_error
from tortoise_dialect_sqlite.options import MAX_SESSIONS, Opening, flag, is_private, opening_of

T = TypeVar("T")


class Fetch(Protocol):
    """A session's `fetch`, kept as an attribute."""

    async def __call__(self, sql: str, params: Params) -> Sequence[Row]: ...


#: seconds that a failed or cancelled attempt to connect waits for its thread to end
CONNECT_PATIENCE = 1.0
#: seconds that a cancelled statement may go on before a rollback to a savepoint stops it
STATEMENT_PATIENCE = 0.2
#: seconds between two interrupts of a thread that is to come to rest
INTERRUPT_PAUSE = 0.005
#: seconds that a session being dropped waits for the statement it interrupted; a wait for a lock ends later
TERMINATE_PATIENCE = 0.1


class AiosqliteSession:
    """One connection. Its thread takes statements of any number of tasks and runs them in order.

    `fetch` is aiosqlite's own method: nothing stands between a statement and its thread.
    """

    def __init__(self, connection: aiosqlite.Connection, link: Link, thread: Thread, begin: str) -> None:
        self.closed = False
        self._connection, self._link, self._thread, self._begin = connection, link, thread, begin
        self.fetch: Fetch = connection.execute_fetchall  # type: ignore[assignment]  # declared as an iterable, but is a list

    async def execute(self, sql: str, params: Params) -> int:
        """Run one statement that gives no rows; the number of rows it changed."""
        # the shortest way through aiosqlite is that of rows, which a cursor of its own is twice as long as
        count: Any = await self.fetch(sql, Counted(params))  # type: ignore[arg-type]  # `Link` takes them out again
        return count if count > 0 else 0

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """Run any statement: (column names, rows, number of rows changed or returned)."""
        job = Query(params)
        await self._connection.executemany(sql, job)
        return job.names, job.rows, job.count

    async def script(self, sql: str) -> None:
        """Run statements one after the other; unlike `sqlite3`, without a COMMIT before them."""
        await self._connection.executemany(sql, Script())

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """Insert all rows or none; the generated keys in the order of `rows`."""
        job = InsertMany(plan, rows)
        await self._connection.executemany(plan.sql, job)
        return job.keys

    # -- transactions

    async def begin(self) -> None:
        """Open a transaction; by default it may write from the start, so that it never fails for having read first."""
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
        stop = asyncio.get_running_loop().call_later(STATEMENT_PATIENCE, self._link.interrupt)
        try:
            await self.script(f'ROLLBACK TO "{name}"; RELEASE "{name}"')
        finally:
            stop.cancel()

    async def commit(self) -> None:
        """Commit. Fails where SQLite has rolled the transaction back itself, which `sqlite3` passes over."""
        await self._connection.execute("COMMIT")

    async def rollback(self) -> None:
        """Roll back, if SQLite has not done so itself."""
        await self._connection.rollback()

    # -- the end

    async def heal(self) -> None:
        """Stop what still runs for calls that nobody awaits any more, and roll back behind it."""
        resting = asyncio.ensure_future(self._connection.executemany("", Rest()))
        try:
            # an interrupt in between two statements passes unnoticed, so there may have to be several
            while not (await asyncio.wait({resting}, timeout=INTERRUPT_PAUSE))[0]:
                interrupt(self._link)
        finally:
            resting.cancel()
        await resting

    async def close(self) -> None:
        """Close once everything queued has run."""
        self.closed = True
        await self._connection.close()

    def terminate(self) -> None:
        """Drop the connection: its thread ends with the statement that runs now, which is interrupted."""
        if self.closed:
            return
        self.closed = True
        # `stop` makes a future of the running loop, which may be closed before the thread answers. Where no loop
        # runs it makes none, as in a thread of its own; it waits for nothing
        in_daemon(self._connection.stop)
        self._interrupt()

    def _interrupt(self) -> None:
        """End what runs, and let the thread tell the loop, which may be closed in a moment."""
        for _ in range(int(TERMINATE_PATIENCE / INTERRUPT_PAUSE)):
            # an interrupt in between two statements passes unnoticed
            interrupt(self._link)
            self._thread.join(INTERRUPT_PAUSE)
            if not self._thread.is_alive():
                return


def interrupt(link: Link) -> None:
    """Make the statement that runs now fail; nothing where none does."""
    with contextlib.suppress(sqlite3.ProgrammingError):  # the thread may just have closed it
        link.interrupt()


def in_daemon(call: Callable[[], T]) -> T:
    """What `call` gives when a daemon thread runs it. Threads made by such a thread are daemons too."""
    results: list[T] = []
    thread = Thread(target=lambda: results.append(call()), daemon=True)
    thread.start()
    thread.join()
    return results[0]


class _Attempt:
    """Opens one connection; `run` is the factory that `sqlite3` calls in aiosqlite's thread."""

    def __init__(self, opening: Opening) -> None:
        self.opening = opening
        self.link: Optional[Link] = None
        self.thread: Optional[Thread] = None
        self.started = Event()

    def run(self, *args: Any, **kwargs: Any) -> Link:
        """Open it, and keep it and the thread at hand."""
        self.thread = current_thread()
        self.started.set()
        self.link = Link(*args, opening=self.opening, **kwargs)
        return self.link

    def proxy(self) -> aiosqlite.Connection:
        """The connection of aiosqlite, not opened yet."""
        return aiosqlite.connect(
            self.opening.database,
            uri=self.opening.uri,
            isolation_level=None,
            cached_statements=CACHED_STATEMENTS,
            # the thread is one at a time all the same; what it leaves behind when it ends can be closed from here
            check_same_thread=False,
            factory=self.run,
        )

    async def undo(self) -> None:
        """Leave nothing behind: aiosqlite's thread, which reports its end to this loop, and an open file."""
        waited = 0.0
        try:
            while self.busy() and waited < CONNECT_PATIENCE:
                await asyncio.sleep(INTERRUPT_PAUSE)
                waited += INTERRUPT_PAUSE
        finally:
            # cancelled once more, as by a loop that is about to be closed: then without it
            if self.started.wait(TERMINATE_PATIENCE) and self.thread is not None:
                self.thread.join(TERMINATE_PATIENCE)
            if self.link is not None:
                self.link.close()

    def busy(self) -> bool:
        """True until the thread has ended."""
        return self.thread is None or self.thread.is_alive()


async def connect(target: Target) -> Session:
    """Open a session. Raises ConfigurationError for options that mean nothing here, and errors that name the file."""
    attempt = _Attempt(opening_of(target))
    # aiosqlite's thread is none that a program may end without; made by a daemon it is
    proxy = in_daemon(attempt.proxy)
    try:
        _ = await proxy
    except BaseException as error:
        await attempt.undo()
        explained = opening_error(error, attempt.opening) if isinstance(error, sqlite3.Error) else None
        if explained is not None:
            raise explained from error
        raise
    assert attempt.link is not None and attempt.thread is not None  # aiosqlite has opened it
    return AiosqliteSession(proxy, attempt.link, attempt.thread, attempt.opening.begin)


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
    variant=variant,
)
