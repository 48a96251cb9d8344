"""One connection of libpq on an event loop: what is sent, and waiting for what comes back.

psycopg's own cursors watch the socket anew for every statement. Here it is watched as long as the connection lives, so
that a statement costs one wake-up, and a connection that is lost while nobody uses it is noticed at once. A task that
is cancelled leaves at once; what it left on the connection is cleared away by `abandon`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Callable, Optional

import psycopg
from psycopg.errors import Diagnostic, error_from_result, lookup
from psycopg.pq import DiagnosticField, ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_COPYING = (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH)
_FATAL = ("FATAL", "PANIC")
_FAILED = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class Wire:
    """Sends through `pgconn` and awaits results. `command_timeout`: seconds that one reply may take, None for ever."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], command_timeout: Optional[float] = None) -> None:
        self.connection = connection
        self.pgconn: PGconn = connection.pgconn
        self.command_timeout = command_timeout
        self.closed = False
        #: True while others may use the connection through the library, which then watches the socket itself
        self.lent = False
        self._loop = asyncio.get_running_loop()
        self._socket = self.pgconn.socket
        self._waiter: Optional[asyncio.Future[None]] = None
        #: called once with why the connection was lost, if somebody wants to know
        self.when_lost: Optional[Callable[[BaseException], None]] = None
        #: True while somebody fills a pipeline
        self._piping = False
        #: why the connection is closed
        self._last_words: psycopg.Error = psycopg.OperationalError("the connection is closed")
        connection.add_notice_handler(self._noticed)
        self.watch()

    # -- the socket

    def watch(self) -> None:
        """Have the loop tell what comes in."""
        self._loop.add_reader(self._socket, self._readable)

    def unwatch(self) -> None:
        """Leave the socket alone."""
        if not self._loop.is_closed():
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)

    def _readable(self) -> None:
        try:
            self.pgconn.consume_input()
        except psycopg.Error as error:
            self._lose(error)
            return
        busy, waiter = self.pgconn.is_busy(), self._waiter
        if waiter is None:
            self.hear()
        elif not busy and not waiter.done():
            waiter.set_result(None)

    def hear(self) -> None:
        """Notifications that came while no statement was under way go to the handlers of the connection."""
        while True:
            notification = self.pgconn.notifies()
            if notification is None:
                return
            if self.pgconn.notify_handler is not None:
                self.pgconn.notify_handler(notification)

    def _noticed(self, notice: Diagnostic) -> None:
        # before it hangs up on somebody who waits for nothing, the server says why
        if notice.severity_nonlocalized in _FATAL and notice.sqlstate:
            self._last_words = server_error(notice.sqlstate, notice.message_primary or "")

    def _writable(self) -> None:
        try:
            if not self.pgconn.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.Error as error:
            self._lose(error)

    def _lose(self, error: psycopg.Error) -> None:
        if not self._last_words.sqlstate:
            self._last_words = error
        self.closed = True
        self.unwatch()
        if self._waiter is not None and not self._waiter.done() and not self.pgconn.is_busy():
            self._waiter.set_result(None)  # what the server said last has come with the end, and waits to be taken
        self._fail(error)
        if self.when_lost is not None:
            self.when_lost(self._last_words)

    def _fail(self, error: psycopg.Error) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    # -- statements

    def check_free(self) -> None:
        """Raise why the connection is closed, if it is, or InterfaceError if a statement of another task is in flight.

        libpq would do the latter by itself, but for pipelines.
        """
        if self.closed:
            raise self._last_words
        if self._waiter is not None or self._piping:
            raise psycopg.InterfaceError("another operation is in progress")

    async def simple(self, sql: bytes) -> list[PGresult]:
        """Run statements without parameters by the simple protocol: one round trip, and nothing is prepared.

        What a task that was cancelled left behind is ended first, so that this can be the end of its transaction.
        """
        self.check_free()
        if self.is_under_way():
            await self.abandon()
        self.pgconn.send_query(sql)
        return await self.results()

    async def results(self) -> list[PGresult]:
        """All results of the statements that were sent. Raises the first error among them."""
        pgconn = self.pgconn
        self.flush()
        found: list[PGresult] = []
        try:
            while True:
                if pgconn.is_busy():
                    await self._arrival()
                result = pgconn.get_result()
                if result is None:
                    break
                if result.status in _COPYING:
                    raise psycopg.ProgrammingError("COPY cannot be run as a statement; use the library's connection")
                found.append(result)
        except psycopg.OperationalError:
            if not found:  # otherwise the server said why it hung up
                raise
        self._raise_failure(found)
        return found

    @contextlib.contextmanager
    def pipeline(self) -> Iterator[None]:
        """``with``: what is sent inside goes as one, and is undone as one outside a transaction."""
        self.check_free()
        self.pgconn.enter_pipeline_mode()
        self._piping = True
        try:
            yield
        finally:
            self._piping = False
            # also after a failure: nothing is left of the pipeline once the results up to here have been taken
            self.pgconn.pipeline_sync()

    async def pipeline_results(self) -> list[PGresult]:
        """The results of a pipeline, one for each statement. Raises the first error among them."""
        found: list[PGresult] = []
        try:
            await self._until_sync(found)
        except psycopg.OperationalError:
            if not found:
                raise
        self._raise_failure(found)
        return found

    def _raise_failure(self, results: Sequence[PGresult]) -> None:
        for result in results:
            if result.status in _FAILED:
                error: psycopg.Error = error_from_result(result)
                if not error.sqlstate:  # libpq's own words: the connection is lost
                    error = psycopg.OperationalError(str(error))
                if error.diag.severity_nonlocalized in _FATAL:
                    self._last_words = error
                raise error

    async def _until_sync(self, found: list[PGresult]) -> None:
        pgconn, complete = self.pgconn, False
        self.flush()
        while True:
            if pgconn.is_busy():
                await self._arrival()
            result = pgconn.get_result()
            if result is None:  # one statement's are complete
                if pgconn.pipeline_status == PipelineStatus.OFF:
                    raise psycopg.InterfaceError("the pipeline was ended by others")
                if complete:
                    break  # nothing is under way: the mark has been taken before, by a call that was given up
                complete = True
                continue
            complete = False
            if result.status == ExecStatus.PIPELINE_SYNC:
                break
            found.append(result)
        pgconn.exit_pipeline_mode()

    def flush(self) -> None:
        if self.pgconn.flush():
            self._loop.add_writer(self._socket, self._writable)

    async def _arrival(self) -> None:
        """Wait until a result can be taken without waiting."""
        if self.closed:
            raise self._last_words
        if self.lent:
            self.watch()
        waiter = self._waiter = self._loop.create_future()
        timer = self._loop.call_later(self.command_timeout, _time_out, waiter) if self.command_timeout else None
        try:
            await waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()

    # -- the end

    async def abandon(self) -> None:
        """Cancel what is under way on the server, and take its results. Raises if that cannot be reached."""
        self.check_free()
        piped = self.pgconn.pipeline_status != PipelineStatus.OFF
        if not piped and not self.is_under_way():
            return
        self.flush()
        if self.pgconn.is_busy():
            await self.connection.cancel_safe()
        with contextlib.suppress(psycopg.Error):
            await (self._until_sync([]) if piped else self.results())
        if self.is_under_way():
            raise psycopg.OperationalError("a statement that was cancelled cannot be ended")

    def is_under_way(self) -> bool:
        """True while a statement runs, or its results wait to be taken."""
        return self.pgconn.transaction_status == TransactionStatus.ACTIVE

    def hang_up(self) -> None:
        """Close the socket at once; never raises."""
        self.closed = True
        with contextlib.suppress(Exception):
            self.unwatch()
        self.pgconn.finish()
        self._fail(self._last_words)


def server_error(sqlstate: str, message: str) -> psycopg.Error:
    """An error as the server told it, where psycopg makes none of it."""
    told: dict[int, Optional[bytes]] = {
        DiagnosticField.SEVERITY: b"FATAL",
        DiagnosticField.SQLSTATE: sqlstate.encode(),
    }
    try:
        return lookup(sqlstate)(message, info=told)
    except KeyError:
        return psycopg.OperationalError(message, info=told)


def _time_out(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(asyncio.TimeoutError())
