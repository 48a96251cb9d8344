"""A configured connection: one database reached through one driver, with a pool of sessions."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any, Callable, ClassVar, Optional, TypeVar, Union

from tortoise_core.base.error_kinds import CONNECTION_KINDS
from tortoise_core.base.errors import BaseORMException, ErrorKind, TransactionManagementError, UnSupportedError
from tortoise_core.base.timezone import Clock
from tortoise_core.base.warnings import TortoiseLoopSwitchWarning
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.statements import Backend
from tortoise_core.plugins.manager import plugins
from tortoise_core.plugins.types import type_registry
from tortoise_core.session.executor import Executor, translate
from tortoise_core.session.hooks import SessionHooks
from tortoise_core.session.options import split_options
from tortoise_core.session.origin import Origin
from tortoise_core.session.password import resolve_password
from tortoise_core.session.pool import CountingPool, Lease, Pool

__all__ = ["Connection", "SessionHooks"]

T = TypeVar("T")
logger = logging.getLogger("tortoise.connection")

Listener = Callable[[str, float, Optional[BaseException]], None]


class Connection(Executor):
    """Runs statements outside transactions, each on any free session of its pool."""

    #: makes a transaction block on a connection; the module of transactions, which stands above this one, sets it
    transaction_block: ClassVar[Callable[[Connection], AbstractAsyncContextManager[Any]]]
    #: whether this task is inside a transaction on a connection; set by the same
    in_own_transaction: ClassVar[Callable[[Connection], bool]]

    def __init__(self, name: str, dialect: Dialect, driver: Driver, target: Target, clock: Clock) -> None:
        self.connection_name = name
        self.dialect, self.driver, self.clock = dialect, driver.serving(target), clock
        self.pool_options, self.target = split_options(self.driver, target)
        self.backend: Optional[Backend] = None
        self.origin = self.loaded_origin = Origin(self)
        self.listeners: tuple[Listener, ...] = ()
        #: its entry of the configuration
        self.config: Union[str, dict[str, Any]] = {}
        self.pool = self._new_pool()

    def anew(self) -> Connection:
        """Another connection with the same settings, of which no session is open."""
        other = type(self)(self.connection_name, self.dialect, self.driver, self.target, self.clock)
        other.pool_options, other.config = self.pool_options, self.config
        other.pool = other._new_pool()
        return other

    def _new_pool(self) -> Pool:
        kind = Pool if self.pool_options.max_uses is None else CountingPool
        return kind(
            self._connect,
            self.pool_options,
            self.driver.shares_session,
            self.connection_name,
            opened=self._opened,
            classify=self.driver.classify,
            moved=self._moved,
        )

    async def _connect(self) -> Session:
        return await self.driver.connect(await self._target())

    async def _target(self) -> Target:
        """The target, with a password that is made anew each time where it is a callable."""
        password = self.target.password
        if password is None or isinstance(password, str):
            return self.target
        return replace(self.target, password=await resolve_password(password))

    def _moved(self) -> None:
        warnings.warn(
            f"connection {self.connection_name!r} is used on another event loop than before; its old sessions are "
            "dropped and new ones opened. Close connections before their loop is left (Tortoise.close_connections), "
            "or ignore this warning where it is meant, as in tests",
            TortoiseLoopSwitchWarning,
            stacklevel=4,
        )

    async def _opened(self, session: Session) -> None:
        if self.backend is None:
            version = await self.driver.server_version(session)
            self.backend = self._shared_backend(self.dialect.capabilities(version))
            found = plugins.hook.tortoise_statement_listener(alias=self.connection_name)
            self.listeners = (*found, *self.listeners)  # some may have come before the first session
        results = plugins.hook.tortoise_connection_opened(
            session=session, backend=self.backend, alias=self.connection_name
        )
        for result in results:
            if hasattr(result, "__await__"):
                await result

    def saved_origin(self, prior: Optional[Origin]) -> Origin:
        return self.origin

    @property
    def offline_backend(self) -> Backend:
        """The backend, or that of the dialect's newest version while no session has been opened."""
        if self.backend is not None:
            return self.backend
        return self._shared_backend(self.dialect.capabilities(self.dialect.newest))

    def _shared_backend(self, capabilities: Capabilities) -> Backend:
        return Backend.shared(type_registry.known_to(self.dialect), self.driver, capabilities, self.clock)

    @property
    def capabilities(self) -> Capabilities:
        return self.offline_backend.capabilities

    async def ready(self) -> Backend:
        if self.backend is None:
            self.pool.give_back(await self.pool.acquire())
        assert self.backend is not None  # the pool ran `_opened` before it handed the session out
        return self.backend

    # -- statements

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        pool = self.pool
        lease = pool.take()
        if lease is None:
            lease = await pool.acquire()
        lease.sql = sql
        if self.listeners:
            return await self._observed(pool, lease, lease.session.fetch, sql, sql, params)
        try:
            rows = await lease.session.fetch(sql, params)
        except BaseException as error:
            self._failed(pool, lease, error)
            raise
        pool.give_back(lease)
        return rows

    async def execute(self, sql: str, params: Params) -> int:
        pool = self.pool
        lease = pool.take()
        if lease is None:
            lease = await pool.acquire()
        lease.sql = sql
        if self.listeners:
            return await self._observed(pool, lease, lease.session.execute, sql, sql, params)
        try:
            count = await lease.session.execute(sql, params)
        except BaseException as error:
            self._failed(pool, lease, error)
            raise
        pool.give_back(lease)
        return count

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = plan.sql
        return await self._observed(pool, lease, lease.session.insert_many, plan.sql, plan, rows)

    async def raw(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = sql
        return await self._observed(pool, lease, lease.session.query, sql, sql, params, raw=True)

    async def execute_script(self, query: str) -> None:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = query
        await self._observed(pool, lease, lease.session.script, query, query, raw=True)

    async def raw_insert(self, sql: str, params: Params) -> Any:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = sql
        return await self._observed(pool, lease, lease.session.insert, sql, sql, params, raw=True)

    async def raw_many(self, sql: str, rows: Sequence[Params]) -> None:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = sql
        await self._observed(pool, lease, lease.session.execute_many, sql, sql, rows, raw=True)

    async def session_call(self, name: str, sql: str, *args: Any) -> Any:
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = sql
        call: Callable[..., Awaitable[Any]] = getattr(lease.session, name)
        return await self._observed(pool, lease, call, sql, *args)

    @asynccontextmanager
    async def lent(self, sql: str) -> AsyncIterator[Session]:
        """``async with``: a session for this task alone, on which `sql` runs and nothing is left behind."""
        pool, started = self.pool, time.perf_counter()
        lease = pool.take(True) or await pool.acquire(True)
        lease.sql = sql
        try:
            yield lease.session
        except BaseException as error:
            self.tell(sql, started, error)
            self._failed(pool, lease, error)
            raise
        self.tell(sql, started, None)
        pool.give_back(lease)

    async def _observed(
        self, pool: Pool, lease: Lease, call: Callable[..., Awaitable[T]], sql: str, *args: Any, raw: bool = False
    ) -> T:
        """Run one call, tell the listeners, and give the lease back to its pool as the outcome demands."""
        started = time.perf_counter()
        try:
            result = await call(*args)
        except BaseException as error:
            self.tell(sql, started, error)
            self._failed(pool, lease, error)
            raise
        self.tell(sql, started, None)
        if raw:
            # the user's own SQL may have left settings or a transaction behind
            pool.give_back_broken(lease, None)
        else:
            pool.give_back(lease)
        return result

    def tell(self, sql: str, started: float, error: Optional[BaseException]) -> None:
        """Report a statement that began at `started` (of `time.perf_counter`) and ended now to the listeners."""
        if not self.listeners:
            return
        seconds = time.perf_counter() - started
        for listener in self.listeners:
            try:
                listener(sql, seconds, error)
            except Exception:
                # a statement was carried out, or was not, whatever those think who read along
                logger.exception("a statement listener failed")

    def _failed(self, pool: Pool, lease: Lease, error: BaseException) -> None:
        """Give the lease back after a failure, and raise the Tortoise error where there is one."""
        translated = translate(self.driver, error)
        if translated is not None and leaves_clean(translated) and not lease.session.closed:
            pool.give_back(lease)
        else:
            pool.give_back_broken(lease, error)
        raise_translated(translated, error)

    async def close(self) -> None:
        """Close all sessions. A later statement opens new ones.

        Raises TransactionManagementError inside a transaction on this connection, which would wait for itself.
        """
        self.check_closable()
        await self.shut()

    def check_closable(self) -> None:
        """Raise TransactionManagementError if this task is inside a transaction on this connection."""
        if type(self).in_own_transaction(self):
            raise TransactionManagementError(
                f"connection {self.connection_name!r} cannot be closed inside a transaction on it: leave that first"
            )

    async def shut(self) -> None:
        """`close` without that check: waits for open transactions, also one of this task, as long as the pool does."""
        pool, self.pool = self.pool, self._new_pool()
        await pool.close()

    # -- the names that users of database clients know

    async def create_connection(self, with_db: bool = True) -> None:
        """Open a session now, that a wrong setting is told at once. Without `with_db` nothing is done.

        Raises DBConnectionError.
        """
        if with_db:
            await self.ready()

    async def db_create(self) -> None:
        """Create the database. Raises UnSupportedError where the driver cannot, and OperationalError."""
        await self._administer("create", self.driver.create_database)

    async def db_delete(self) -> None:
        """Close the sessions and delete the database, if it is there. Raises as `db_create`."""
        await self.close()
        await self._administer("delete", self.driver.drop_database)

    async def _administer(self, what: str, call: Optional[Callable[[Target], Awaitable[None]]]) -> None:
        if call is None:
            raise UnSupportedError(f"databases cannot be {what}d through {self.driver.name}")
        try:
            await call(await self._target())
        except Exception as error:
            raise_translated(translate(self.driver, error), error)
            raise

    @asynccontextmanager
    async def acquire_connection(self) -> AsyncIterator[Any]:
        """``async with``: the client library's own connection, for this task alone.

        Afterwards it is brought back to a clean state: an open transaction is rolled back.
        """
        pool = self.pool
        lease = pool.take(True) or await pool.acquire(True)
        try:
            yield lease.session.library_connection
        finally:
            pool.give_back_broken(lease)

    def _in_transaction(self) -> AbstractAsyncContextManager[Any]:
        return type(self).transaction_block(self)


def leaves_clean(error: BaseORMException) -> bool:
    """True if the session is as it was before the statement that raised `error`, and needs no healing."""
    info = error.info
    if info is None or info.kind in CONNECTION_KINDS:
        return False
    # without a code the client library may have given up half-way, with a statement begun on the server
    return info.code is not None or info.kind not in (ErrorKind.DATA, ErrorKind.OPERATIONAL)


def raise_translated(translated: Optional[BaseORMException], error: BaseException) -> None:
    """Raise the Tortoise error from the driver's; return if there is none, so that `error` itself is raised."""
    if translated is not None:
        raise translated from error
