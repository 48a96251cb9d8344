"""Transactions and savepoints, pinned to one session of a pool."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Callable, Optional

from tortoise_core.base.error_kinds import CONNECTION_KINDS
from tortoise_core.base.errors import TransactionManagementError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import BulkInsert, Params, Row
from tortoise_core.dialect.statements import Backend
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_core.session.connection import Connection, raise_translated
from tortoise_core.session.executor import Executor, translate
from tortoise_core.session.origin import Origin, Scope, ScopedOrigin
from tortoise_core.session.pool import Lease, Pool
from tortoise_core.session.stock import terminate

#: the innermost transaction of each connection, for this task and the tasks it starts
active_transactions: ContextVar[Mapping[Connection, Transaction]] = ContextVar(
    "tortoise_transactions", default=MappingProxyType({})
)


def current_executor(connection: Connection) -> Executor:
    """The open transaction of this task on `connection`, or the connection itself.

    A task may outlive the transaction it was started in; then its statements run on the connection, so
    that what it is told was written stays written.
    """
    active = active_transactions.get()
    if not active:
        return connection
    transaction = active.get(connection)
    while transaction is not None and transaction.scope.state != Scope.OPEN:
        transaction = transaction.parent
    return connection if transaction is None else transaction


class _Pinned:
    """What a transaction and the savepoints in it share: the session, and whose turn it is."""

    __slots__ = ("busy", "caller", "innermost", "lease", "points", "pool", "raw", "waiting")

    def __init__(self, pool: Pool, lease: Lease, outermost: Transaction) -> None:
        #: the one that lent the session: a connection that was closed meanwhile has another
        self.pool = pool
        self.lease = lease
        self.innermost = outermost
        #: True once the user's own SQL ran, which may have left settings behind
        self.raw = False
        self.points = 0
        self.busy = False
        #: the task in whose call code of the user's runs just now
        self.caller: Optional[asyncio.Task[Any]] = None
        self.waiting: deque[asyncio.Future[None]] = deque()

    async def turn(self) -> None:
        """Wait until no other task's statement is in flight, then hold the session. Fair."""
        if not self.busy and not self.waiting:
            self.busy = True
            return
        future = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        try:
            await future
        except BaseException:
            if future.done() and not future.cancelled():
                self.free()  # the turn had come just when the task was cancelled: pass it on
            elif future in self.waiting:
                self.waiting.remove(future)
            raise

    def free(self) -> None:
        """Let the next one have its turn."""
        while self.waiting:
            future = self.waiting.popleft()
            if not future.done():
                future.set_result(None)
                return
        self.busy = False


class Transaction(Executor):
    """An open transaction, or a savepoint inside one (`parent` set). Statements of several tasks queue."""

    def __init__(
        self,
        connection: Connection,
        parent: Optional[Transaction],
        options: Optional[TransactionOptions] = None,
    ) -> None:
        self.connection, self.options = connection, options
        self.connection_name, self.origin = connection.connection_name, connection.origin
        #: that of the connection, which knows it once it has opened a session
        self.backend = connection.backend
        self.parent = parent
        self.scope: Scope = Scope(parent.scope if parent is not None else None)
        # what was read here may be what was written here, so after a rollback it is not to be trusted
        self.loaded_origin = ScopedOrigin(self.origin, self.scope, self.origin)
        self.point: Optional[str] = None
        self.owner = asyncio.current_task()
        #: set when a statement was cancelled: what the server made of it is unknown, so nothing more may run
        self.doomed = False
        self.pinned: _Pinned
        #: those that `savepoint` opened
        self._points: list[Transaction] = []
        self._marks: dict[Optional[Origin], ScopedOrigin] = {}

    @property
    def capabilities(self) -> Capabilities:
        return self.connection.capabilities

    async def ready(self) -> Backend:
        return await self.connection.ready()

    def saved_origin(self, prior: Optional[Origin]) -> Origin:
        if isinstance(prior, ScopedOrigin) and prior.scope is self.scope:
            return prior  # saved here before: undoing it leads where that first save leads
        mark = self._marks.get(prior)
        if mark is None:
            mark = self._marks[prior] = ScopedOrigin(self.connection.origin, self.scope, prior)
        return mark

    # -- statements

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        pinned = self.pinned
        if pinned.busy or pinned.innermost is not self or self.doomed or self.scope.state or self.connection.listeners:
            rows: Sequence[Row] = await self._run(self._session_call("fetch"), sql, sql, params)
            return rows
        # the common case of `_run`, written out; whoever waits keeps `busy` set
        pinned.busy = True
        lease = pinned.lease
        lease.sql = sql
        try:
            return await lease.session.fetch(sql, params)
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            lease.sql = None
            if pinned.waiting:
                pinned.free()
            else:
                pinned.busy = False

    async def execute(self, sql: str, params: Params) -> int:
        pinned = self.pinned
        if pinned.busy or pinned.innermost is not self or self.doomed or self.scope.state or self.connection.listeners:
            count: int = await self._run(self._session_call("execute"), sql, sql, params)
            return count
        # the common case of `_run`, written out; whoever waits keeps `busy` set
        pinned.busy = True
        lease = pinned.lease
        lease.sql = sql
        try:
            return await lease.session.execute(sql, params)
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            lease.sql = None
            if pinned.waiting:
                pinned.free()
            else:
                pinned.busy = False

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        keys: Optional[Sequence[Any]] = await self._run(self._session_call("insert_many"), plan.sql, plan, rows)
        return keys

    async def raw(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        self.pinned.raw = True
        result: tuple[Sequence[str], Sequence[Row], int] = await self._run(
            self._session_call("query"), sql, sql, params
        )
        return result

    async def execute_script(self, query: str) -> None:
        self.pinned.raw = True
        await self._run(self._session_call("script"), query, query)

    async def raw_insert(self, sql: str, params: Params) -> Any:
        self.pinned.raw = True
        return await self._run(self._session_call("insert"), sql, sql, params)

    async def raw_many(self, sql: str, rows: Sequence[Params]) -> None:
        self.pinned.raw = True
        await self._run(self._session_call("execute_many"), sql, sql, rows)

    async def change_schema(self, script: str) -> None:
        """Run DDL that the engine wrote itself, and which so leaves nothing behind on the session."""
        await self._run(self._session_call("script"), script, script)

    def _session_call(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self.pinned.lease.session, name)
        return call

    async def session_call(self, name: str, sql: str, *args: Any) -> Any:
        return await self._run(self._as_caller, sql, self._session_call(name), args)

    async def _as_caller(self, call: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Make a call that runs code of the user's in between, which must not wait for the end of that same call."""
        self.pinned.caller = asyncio.current_task()
        try:
            return await call(*args)
        finally:
            self.pinned.caller = None

    async def in_turn(self, call: Callable[..., Any], sql: str, *args: Any) -> Any:
        """Make one call of the session, as a statement of this transaction."""
        return await self._run(call, sql, *args)

    async def _run(self, call: Callable[..., Any], sql: str, *args: Any) -> Any:
        pinned = self.pinned
        if pinned.innermost is not self or self.doomed or self.scope.state != Scope.OPEN:
            self._check_usable()
        if pinned.busy or pinned.waiting:
            await self._wait_for_turn()
        else:
            pinned.busy = True
        try:
            pinned.lease.sql = sql
            if self.connection.listeners:
                return await self._observed(call, sql, args)
            return await call(*args)
        except BaseException as error:
            self._failed(error)
            raise
        finally:
            pinned.lease.sql = None
            pinned.free()

    def _failed(self, error: BaseException) -> None:
        """Raise the Tortoise error for `error`, if there is one; a cancelled statement dooms the block."""
        if not isinstance(error, Exception):
            # both: a block that another task has begun inside this one meanwhile cannot be trusted either
            self.doomed = self.pinned.innermost.doomed = True
        raise_translated(translate(self.connection.driver, error), error)

    async def _wait_for_turn(self) -> None:
        """Wait in line; what came to pass meanwhile may be the end of the transaction."""
        pinned = self.pinned
        if pinned.caller is not None and pinned.caller is asyncio.current_task():
            raise TransactionManagementError(
                f"a statement on connection {self.connection_name!r} cannot run inside another one of the same "
                f"transaction that waits for it: {pinned.lease.sql}"
            )
        await pinned.turn()
        if self._ended() or self.doomed or pinned.innermost.doomed:
            pinned.free()
            self._check_usable()

    async def _observed(self, call: Callable[..., Any], sql: str, args: tuple[Any, ...]) -> Any:
        started = time.perf_counter()
        try:
            result = await call(*args)
        except BaseException as error:
            self.connection.tell(sql, started, error)
            raise
        self.connection.tell(sql, started, None)
        return result

    def _ended(self) -> bool:
        """True if this block or one around it has ended."""
        block: Optional[Transaction] = self
        while block is not None and block.scope.state == Scope.OPEN:
            block = block.parent
        return block is not None

    def _check_usable(self) -> None:
        """Raise TransactionManagementError unless a statement may run here now."""
        name = self.connection_name
        if self._ended():
            raise TransactionManagementError(f"this transaction on connection {name!r} has ended; open a new one")
        if self.doomed or self.pinned.innermost.doomed:
            raise TransactionManagementError(
                f"a statement of this transaction on connection {name!r} was cancelled; leave the block, "
                "which rolls back"
            )
        inner = self.pinned.innermost
        if inner is not self and inner.owner is not asyncio.current_task():
            raise TransactionManagementError(
                f"task {_task_name(inner.owner)} has a nested transaction open on connection {name!r}; a statement of "
                "another task now would be undone with it. Give each task its own transaction, or run them in turn"
            )

    @asynccontextmanager
    async def acquire_connection(self) -> AsyncIterator[Any]:
        """``async with``: the client library's own connection, inside this transaction."""
        self._check_usable()
        self.pinned.raw = True
        yield self.pinned.lease.session.library_connection

    # -- savepoints by hand

    async def savepoint(self) -> None:
        """Open a savepoint, to be ended by `release_savepoint` or `savepoint_rollback`; they may be nested."""
        point = Transaction(self.connection, self._points[-1] if self._points else self)
        await point.begin()
        self._points.append(point)

    async def release_savepoint(self) -> None:
        """Keep what was done since the last savepoint. TransactionManagementError if there is none."""
        await self._last_point().commit()

    async def savepoint_rollback(self) -> None:
        """Undo what was done since the last savepoint. TransactionManagementError if there is none."""
        await self._last_point().rollback()

    def _last_point(self) -> Transaction:
        if not self._points:
            raise TransactionManagementError(f"no savepoint is open on connection {self.connection_name!r}")
        return self._points.pop()

    # -- begin and end

    async def begin(self) -> None:
        """Open the transaction, or the savepoint inside the parent's."""
        if self.parent is not None:
            self._check_nested(self.parent)
            await self._begin_nested(self.parent)
            return
        if self.options is not None:
            await self.connection.ready()
            self.options.check(self.connection.capabilities)
        pool = self.connection.pool
        while True:
            lease = pool.take(True)
            if lease is None:
                lease = await pool.acquire(True)
            self.pinned = _Pinned(pool, lease, self)
            self.backend = self.connection.backend
            try:
                # in two forms, so that a driver that knows no options serves those who ask for none
                await (lease.session.begin() if self.options is None else lease.session.begin(self.options))
                return
            except BaseException as error:
                pool.give_back_broken(lease, error)
                translated = translate(self.connection.driver, error)
                if translated is None or translated.kind not in CONNECTION_KINDS or lease.is_fresh:
                    self.scope.state = Scope.UNDONE
                    raise_translated(translated, error)
                    raise
                # it was lost while it lay idle, and nothing has been done in it: another one serves as well

    def _check_nested(self, parent: Transaction) -> None:
        """A savepoint runs as the transaction around it does, and cannot be asked to do otherwise."""
        wanted, self.options = self.options, parent.options
        if wanted is not None and wanted != self.options:
            around = TransactionOptions() if self.options is None else self.options
            raise TransactionManagementError(
                f"a nested transaction on connection {self.connection_name!r} cannot be {wanted}: the one around it is "
                f"{around}; ask for it there"
            )

    async def _begin_nested(self, parent: Transaction) -> None:
        pinned = self.pinned = parent.pinned
        parent._check_usable()
        if pinned.innermost is not parent:
            raise TransactionManagementError(
                f"another nested transaction is open on connection {self.connection_name!r}; "
                "nest inside it, or wait for its end"
            )
        # claimed before the first await, so that no other task can nest in between
        pinned.innermost = self
        pinned.points += 1
        self.point = f"tortoise_{pinned.points}"
        try:
            await self._run(pinned.lease.session.savepoint, "SAVEPOINT", self.point)
        except BaseException as error:
            self.scope.state = Scope.UNDONE
            self._hand_back(parent)
            # whether the savepoint stands is unknown after a cancellation, so the whole block is
            parent.doomed = parent.doomed or not isinstance(error, Exception)
            raise

    async def commit(self) -> None:
        """Keep what was done. Raises what the server says against it; then nothing is kept."""
        reason = "a statement of it was cancelled" if self.doomed else ""
        if self.point is None and self.pinned.innermost is not self:
            reason = f"task {_task_name(self.pinned.innermost.owner)} still has a nested transaction open in it"
        if reason:
            await self.rollback()
            raise TransactionManagementError(
                f"the transaction on connection {self.connection_name!r} was rolled back: {reason}"
            )
        if self.point is not None:
            await self._end_nested(self.pinned.lease.session.release, Scope.KEPT)
        else:
            await self._end(self.pinned.lease.session.commit, Scope.KEPT)

    async def rollback(self) -> None:
        """Undo what was done. Does nothing if the transaction has ended.

        After a cancellation it ends soon: where the server does not answer within the pool's `heal_timeout`, the
        session is terminated, and the server rolls back by itself.
        """
        if self.scope.state != Scope.OPEN:
            return
        session = self.pinned.lease.session
        if self.point is not None:
            ending = self._end_nested(session.rollback_to, Scope.UNDONE)
            await (self._bounded(ending) if self.doomed else ending)
        elif self.doomed:
            await self._abandon()
        else:
            await self._end(session.rollback, Scope.UNDONE)

    async def _bounded(self, work: Awaitable[None]) -> None:
        """Await `work`, and terminate the session if that takes too long."""
        seconds = self.pinned.pool.options.heal_timeout
        limit = asyncio.get_running_loop().call_later(seconds, terminate, self.pinned.lease.session)
        try:
            await work
        finally:
            limit.cancel()

    async def _abandon(self) -> None:
        """Leave it to the pool to bring the session to rest, out of reach of cancellations, and wait for that."""
        pinned = self.pinned
        await self._last_turn(self._bounded(pinned.turn()))
        pinned.free()
        await pinned.pool.settle(pinned.lease)

    async def _end(self, call: Callable[[], Awaitable[None]], state: int) -> None:
        pinned = self.pinned
        await self._last_turn(pinned.turn())
        try:
            await call()
        except BaseException as error:
            pinned.pool.give_back_broken(pinned.lease, error)
            raise_translated(translate(self.connection.driver, error), error)
            raise
        finally:
            pinned.free()
        self.scope.state = state
        if pinned.raw:
            pinned.pool.give_back_broken(pinned.lease)
        else:
            pinned.pool.give_back(pinned.lease)

    async def _last_turn(self, turn: Awaitable[None]) -> None:
        """From here on nobody may use the session, whatever comes of the last call."""
        try:
            await turn
        except BaseException as error:
            self._shut()
            self.pinned.pool.give_back_broken(self.pinned.lease, error)
            raise
        self._shut()

    def _shut(self) -> None:
        # blocks that other tasks still have open in this one find, as they are not the innermost, that it has ended
        self.scope.state = Scope.UNDONE
        self.pinned.innermost = self

    async def _end_nested(self, call: Callable[[str], Any], state: int) -> None:
        assert self.parent is not None and self.point is not None
        self.doomed = False
        try:
            await self._run(call, "savepoint", self.point)
        except BaseException:
            # the savepoint could not be ended, so what is around it cannot be trusted either
            self.parent.doomed, state = True, Scope.UNDONE
            raise
        finally:
            self.scope.state = state
            self._hand_back(self.parent)

    def _hand_back(self, parent: Transaction) -> None:
        if self.pinned.innermost is self:  # otherwise the whole transaction has ended
            self.pinned.innermost = parent


def _task_name(task: Optional[asyncio.Task[Any]]) -> str:
    return "<none>" if task is None else task.get_name()
