"""A connection of aiosqlite with the thread that serves it: opened whole or not at all, stopped, dropped."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from threading import Event, Thread, current_thread
from typing import Any, Callable, Optional, TypeVar

import aiosqlite

from tortoise_dialect_sqlite.jobs import Rest
from tortoise_dialect_sqlite.link import CACHED_STATEMENTS, Link, opening_error
from tortoise_dialect_sqlite.options import Opening

T = TypeVar("T")

#: seconds that a failed or cancelled attempt to connect waits for its thread to end
CONNECT_PATIENCE = 1.0
#: seconds between two interrupts of a thread that is to come to rest
INTERRUPT_PAUSE = 0.005
#: seconds that a connection being dropped waits for the statement it interrupted; a wait for a lock ends later
TERMINATE_PATIENCE = 0.1


class Threaded:
    """`connection` of aiosqlite, the `link` behind it, and the thread that runs its statements in order."""

    __slots__ = ("connection", "link", "thread")

    def __init__(self, connection: aiosqlite.Connection, link: Link, thread: Thread) -> None:
        self.connection, self.link, self.thread = connection, link, thread

    async def rest(self) -> None:
        """Stop what still runs for calls that nobody awaits any more, and roll back behind it."""
        resting = asyncio.ensure_future(self.connection.executemany("", Rest()))
        try:
            # an interrupt in between two statements passes unnoticed, so there may have to be several
            while not (await asyncio.wait({resting}, timeout=INTERRUPT_PAUSE))[0]:
                interrupt(self.link)
        finally:
            resting.cancel()
        await resting

    async def close(self) -> None:
        """Close once everything queued has run."""
        await self.connection.close()

    def stop(self) -> None:
        """Drop the connection: its thread ends with the statement that runs now, which `end` interrupts."""
        # `stop` makes a future of the running loop, which may be closed before the thread answers. Where no loop
        # runs it makes none, as in a thread of its own; it waits for nothing
        in_daemon(self.connection.stop)

    def end(self) -> None:
        """End what runs, and let the thread tell the loop, which may be closed in a moment."""
        for _ in range(int(TERMINATE_PATIENCE / INTERRUPT_PAUSE)):
            # an interrupt in between two statements passes unnoticed
            interrupt(self.link)
            self.thread.join(INTERRUPT_PAUSE)
            if not self.thread.is_alive():
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


async def open_threaded(opening: Opening) -> Threaded:
    """Open a connection. Raises errors that name the file."""
    attempt = _Attempt(opening)
    # aiosqlite's thread is none that a program may end without; made by a daemon it is
    proxy = in_daemon(attempt.proxy)
    try:
        _ = await proxy
    except BaseException as error:
        await attempt.undo()
        explained = opening_error(error, opening) if isinstance(error, sqlite3.Error) else None
        if explained is not None:
            raise explained from error
        raise
    assert attempt.link is not None and attempt.thread is not None  # aiosqlite has opened it
    return Threaded(proxy, attempt.link, attempt.thread)
