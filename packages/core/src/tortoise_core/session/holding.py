"""Sessions in the hands of who asked for them: one of the pool's for a while, or one beside the pool.

For what a dialect has beyond queries, such as locks that a session holds, or listening.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import Any, Callable, Optional, TypeVar

from tortoise_core.base.errors import BaseORMException, DBConnectionError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import Session
from tortoise_core.session.connection import Connection, raise_translated
from tortoise_core.session.context import Using, require_context
from tortoise_core.session.executor import Executor, translate
from tortoise_core.session.job import Job
from tortoise_core.session.lease import Lease
from tortoise_core.session.stock import terminate
from tortoise_core.session.transaction import Transaction, current_executor

T = TypeVar("T")
logger = logging.getLogger("tortoise.connection")


def executor_on(using: Using = None) -> Executor:
    """What statements about no model run on: this task's transaction on a connection, or the connection itself.

    `using` names it; without, it is the context's default connection. Raises ConfigurationError.
    """
    if isinstance(using, Executor):
        return current_executor(using) if isinstance(using, Connection) else using
    context = require_context()
    return context.connections.get(context.default_connection_name() if using is None else using)


def connection_of_executor(executor: Executor) -> Connection:
    """The connection, also where `executor` is a transaction on it."""
    found = executor.connection if isinstance(executor, Transaction) else executor
    assert isinstance(found, Connection)
    return found


class Held:
    """A session of the pool that is nobody else's until it is given back."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self._pool = connection, connection.pool
        self._lease: Optional[Lease] = None

    @property
    def alone(self) -> bool:
        """True if the pool has no other session for the statements of who holds this one."""
        return self._pool.options.max_size == 1

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""
        return self.connection.capabilities

    @property
    def session(self) -> Session:
        """The session that was taken."""
        assert self._lease is not None
        return self._lease.session

    async def take(self, purpose: str) -> None:
        """Take a session; `purpose` is told where somebody waits for one in vain. Raises DBConnectionError."""
        self._lease = self._pool.take(True) or await self._pool.acquire(True)
        self._lease.sql = purpose

    async def fetch(self, sql: str, *params: Any) -> Any:
        """The rows of a statement. Raises Tortoise errors."""
        assert self._lease is not None
        return await _told(self.connection, self._lease.session.fetch, sql, sql, params)

    def give_back(self, error: Optional[BaseException] = None) -> None:
        """Give it back; after an `error` it is cleaned before anybody else has it, or dropped."""
        lease, self._lease = self._lease, None
        if lease is None:
            return
        if error is None and not lease.session.closed:
            self._pool.give_back(lease)
        else:
            self._pool.give_back_broken(lease, error)


class Apart:
    """A session beside the pool, for work without an end. Who opened it closes it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.session: Optional[Session] = None

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do."""
        return self.connection.capabilities

    async def open(self) -> None:
        """Open the session. Raises DBConnectionError."""
        limit = self.connection.pool_options.connect_timeout
        try:
            opened: Session = await _bounded(self.connection._connect(), "connect", limit, terminate)
        except Exception as error:
            raise_translated(self.error(error), error)
            raise
        self.session = opened

    async def call(self, name: str, sql: str, *args: Any) -> Any:
        """Call a method of the session. Raises Tortoise errors."""
        if self.session is None or self.session.closed:
            raise DBConnectionError(f"connection {self.connection.connection_name!r}: no session is open")
        return await _told(self.connection, getattr(self.session, name), sql, *args)

    def error(self, error: BaseException) -> Optional[BaseORMException]:
        """The Tortoise error for one of the driver's."""
        return translate(self.connection.driver, error)

    async def close(self) -> None:
        """Close the session, orderly if that does not take long. Never raises but for a cancellation."""
        session, self.session = self.session, None
        if session is None:
            return
        try:
            await _bounded(session.close(), "close", self.connection.pool_options.heal_timeout)
        except Exception:
            logger.debug("a session could not be closed orderly", exc_info=True)
        finally:
            terminate(session)


async def _bounded(
    work: Awaitable[T], what: str, timeout: Optional[float], late: Optional[Callable[[T], None]] = None
) -> T:
    """Await `work` for at most so many seconds. `late` gets a result that nobody waits for any more.

    `asyncio.wait_for` will not do: before Python 3.12 it forgets a cancellation that comes together with the result.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    job = Job(loop, _awaited(work), what, timeout, lambda job: None if ended.done() else ended.set_result(None), late)
    try:
        await ended
    except BaseException:
        job.abandon()
        if job.task.done() and job.error is None and late is not None and not job.task.cancelled():
            late(job.result())
        raise
    if job.error is not None:
        raise job.error
    return job.result()


async def _awaited(work: Awaitable[T]) -> T:
    return await work


async def _told(connection: Connection, call: Callable[..., Awaitable[Any]], sql: str, *args: Any) -> Any:
    """Make a call, tell the listeners, and raise Tortoise errors."""
    started = time.perf_counter()
    try:
        result = await call(*args)
    except BaseException as error:
        connection.tell(sql, started, error)
        raise_translated(translate(connection.driver, error), error)
        raise
    connection.tell(sql, started, None)
    return result
