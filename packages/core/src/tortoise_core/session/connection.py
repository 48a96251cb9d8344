"""A configured connection: one database reached through one driver, with a pool of sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Sequence
from typing import Any, Callable, Optional, TypeVar

from tortoise_core.base.errors import BaseORMException, ErrorKind
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.statements import Backend
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.executor import Executor, translate
from tortoise_core.session.hooks import SessionHooks
from tortoise_core.session.options import split_options
from tortoise_core.session.origin import Origin
from tortoise_core.session.pool import Lease, Pool

__all__ = ["Connection", "SessionHooks"]

T = TypeVar("T")
logger = logging.getLogger("tortoise.connection")

Listener = Callable[[str, float, Optional[BaseException]], None]


class Connection(Executor):
    """Runs statements outside transactions, each on any free session of its pool."""

    def __init__(self, name: str, dialect: Dialect, driver: Driver, target: Target, clock: Clock) -> None:
        self.connection_name = name
        self.dialect, self.driver, self.clock = dialect, driver.serving(target), clock
        self.pool_options, self.target = split_options(self.driver, target)
        self.backend: Optional[Backend] = None
        self.origin = self.loaded_origin = Origin(self)
        self.listeners: tuple[Listener, ...] = ()
        self.pool = self._new_pool()

    def _new_pool(self) -> Pool:
        return Pool(
            self._connect,
            self.pool_options,
            self.driver.shares_session,
            self.connection_name,
            opened=self._opened,
            classify=self.driver.classify,
        )

    async def _connect(self) -> Session:
        return await self.driver.connect(self.target)

    async def _opened(self, session: Session) -> None:
        if self.backend is None:
            version = await self.driver.server_version(session)
            self.backend = Backend.shared(self.dialect, self.driver, self.dialect.capabilities(version), self.clock)
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
        capabilities = self.dialect.capabilities(self.dialect.newest)
        return Backend.shared(self.dialect, self.driver, capabilities, self.clock)

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
        """Close all sessions. A later statement opens new ones."""
        pool, self.pool = self.pool, self._new_pool()
        await pool.close()


def leaves_clean(error: BaseORMException) -> bool:
    """True if the session is as it was before the statement that raised `error`, and needs no healing."""
    info = error.info
    if info is None or info.kind is ErrorKind.CONNECTION:
        return False
    # without a code the client library may have given up half-way, with a statement begun on the server
    return info.code is not None or info.kind not in (ErrorKind.DATA, ErrorKind.OPERATIONAL)


def raise_translated(translated: Optional[BaseORMException], error: BaseException) -> None:
    """Raise the Tortoise error from the driver's; return if there is none, so that `error` itself is raised."""
    if translated is not None:
        raise translated from error
