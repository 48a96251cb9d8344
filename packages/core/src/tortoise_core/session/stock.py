"""The sessions of a pool: opening them, healing them, letting them go.

Whatever takes time here runs in tasks of the stock's own, so that the cancellation of a user's task neither
interrupts it nor loses its result. Every lease is in exactly one place: ready, held, or healing. Together with
the connections being opened these never exceed `max_size`; a session being closed orderly has left that count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from contextvars import Context
from math import inf
from time import monotonic
from typing import Any, Callable, Optional, TypeVar

from tortoise_core.base.errors import BaseORMException, DBConnectionError, ErrorInfo, error_for
from tortoise_core.dialect.driver import Session
from tortoise_core.session.job import Job
from tortoise_core.session.lease import Lease, PoolOptions
from tortoise_core.session.tally import Tally

logger = logging.getLogger("tortoise.pool")

Connect = Callable[[], Awaitable[Session]]
Opened = Callable[[Session], Awaitable[None]]
Classify = Callable[[BaseException], Optional[ErrorInfo]]

T = TypeVar("T")

#: seconds that one session may take to close before it is terminated
CLOSE_TIMEOUT = 5.0
#: seconds without attempts to reach `min_size` again after a connect failed; waiters are not held up by it
TOP_UP_PAUSE = 1.0


class Stock:
    """All sessions of one pool, on one event loop at a time.

    `changed()` is called when a lease may have become ready or room was made. `failed(error)` gets the error
    of each failed connect and says whether somebody was told.
    """

    def __init__(
        self,
        name: str,
        options: PoolOptions,
        connect: Connect,
        opened: Optional[Opened],
        classify: Optional[Classify],
        tally: Tally,
        changed: Callable[[], None],
        failed: Callable[[BaseException], bool],
    ) -> None:
        self.name, self.options, self.tally = name, options, tally
        self._connect, self._opened, self._classify = connect, opened, classify
        self._changed, self._failed = changed, failed
        self.loop: Optional[asyncio.AbstractEventLoop] = None
        self.stopped = False
        self.leases: set[Lease] = set()
        #: the one used last stands last; the pool takes from here and puts back by itself
        self.ready: list[Lease] = []
        self.opening: set[Job[Session]] = set()
        self.healing: dict[Lease, Job[None]] = {}
        self._closing: dict[Job[None], Session] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._drained: set[asyncio.Future[None]] = set()
        self._timer: Optional[asyncio.TimerHandle] = None
        self._top_up_at = -inf

    def alive(self) -> bool:
        """Whether work can still be given to the loop."""
        return self.loop is not None and not self.loop.is_closed()

    # -- opening -----------------------------------------------------------------------------------

    def room(self) -> int:
        """How many sessions may be opened beside those that exist or are on their way."""
        return 0 if self.stopped else self.options.max_size - len(self.leases) - len(self.opening)

    def fill(self, demand: int) -> None:
        """Have at least `demand` sessions on their way, and as many as `min_size` asks for."""
        missing = self.options.min_size - len(self.leases) if monotonic() >= self._top_up_at else 0
        for _ in range(min(self.room(), max(demand, missing) - len(self.opening))):
            job = self._start(self._open(), "connect", self.options.connect_timeout, self._end_opening, terminate)
            self.opening.add(job)

    async def _open(self) -> Session:
        session = await self._connect()
        try:
            if self._opened is not None:
                await self._opened(session)
            if session.closed:
                raise DBConnectionError(f'pool "{self.name}": the connection was lost as soon as it was opened')
        except BaseException:
            terminate(session)
            raise
        return session

    def _end_opening(self, job: Job[Session]) -> None:
        self.opening.discard(job)
        if job.error is None:
            self._admit(job.result(), job.started)
        else:
            self._report_failure(job.error)
        self._changed()

    def _admit(self, session: Session, started: float) -> None:
        now, lifetime = monotonic(), self.options.max_lifetime
        lease = Lease(session, now, inf if lifetime is None else now + lifetime)
        self.leases.add(lease)
        self.ready.append(lease)
        self._arm()
        self.tally.note("opened", "opened", lease, started)

    def _report_failure(self, cause: BaseException) -> None:
        self.tally.totals["connect_failed"] += 1
        self._top_up_at = monotonic() + TOP_UP_PAUSE
        told = self._failed(self._connect_error(cause))
        if not told and not isinstance(cause, asyncio.CancelledError):
            logger.warning('pool "%s": could not open a session: %r', self.name, cause)

    def _connect_error(self, cause: BaseException) -> BaseException:
        if isinstance(cause, BaseORMException):
            return cause
        info = self._classify(cause) if self._classify is not None else None
        error = error_for(info) if info is not None else DBConnectionError(self._describe_failure(cause))
        error.__cause__ = cause
        return error

    def _describe_failure(self, cause: BaseException) -> str:
        if isinstance(cause, asyncio.TimeoutError) and not str(cause):
            return f'pool "{self.name}": no connection within {self.options.connect_timeout} s'
        return f'pool "{self.name}": could not connect: {str(cause) or repr(cause)}'

    # -- healing and discarding --------------------------------------------------------------------

    def retire(self, lease: Lease) -> None:
        """Deal with a lease that came back and cannot simply become ready again."""
        if lease not in self.leases:
            return  # all was terminated, or moved to another loop, while it was out
        if lease.session.closed or not self.alive():
            self.drop(lease)
        elif not lease.broken:
            self._close_orderly(lease)
        elif self.stopped:
            self.drop(lease)
        else:
            self._heal(lease)
        self._changed()

    def doubt(self, lease: Lease) -> None:
        """Drop a lease that was ready and is closed; see what there is to a session that has something to say."""
        if lease.session.closed:
            self.drop(lease)
        else:
            lease.broken = True
            self._heal(lease)

    def _heal(self, lease: Lease) -> None:
        def end(job: Job[None]) -> None:
            self._end_healing(lease, job)

        self.healing[lease] = self._start(_heal(lease.session), "heal", self.options.heal_timeout, end)

    def _end_healing(self, lease: Lease, job: Job[None]) -> None:
        del self.healing[lease]
        if job.error is None and not lease.session.closed:
            lease.broken, lease.broken_by = False, None
            self.tally.note("healed", "healed", lease, job.started)
            if self.stopped:
                self._close_orderly(lease)
            else:
                self.ready.append(lease)
        else:
            self._give_up_healing(lease, job)
        self._changed()

    def _give_up_healing(self, lease: Lease, job: Job[None]) -> None:
        winding_up = isinstance(job.error, asyncio.CancelledError)  # as a loop that ends does to its tasks
        lost_unused = lease.broken_by is None and lease.session.closed  # nobody is the worse for it
        logger.log(
            logging.DEBUG if winding_up or lost_unused else logging.WARNING,
            'pool "%s": dropped a session after %r: healing: %r',
            self.name,
            lease.broken_by,
            job.error,
        )
        if winding_up:
            self._top_up_at = monotonic() + TOP_UP_PAUSE  # start nothing without need
        self.tally.note("heal_failed", "heal_failed", lease, job.started)
        self.drop(lease)

    def drop(self, lease: Lease) -> None:
        """Forget a lease and terminate its session."""
        self._remove(lease)
        terminate(lease.session)

    def _close_orderly(self, lease: Lease) -> None:
        job = self._start(_close(lease.session), "close", CLOSE_TIMEOUT, self._end_closing)
        self._closing[job] = lease.session
        self._remove(lease)

    def _end_closing(self, job: Job[None]) -> None:
        session = self._closing.pop(job)
        if job.error is not None:
            terminate(session)

    def _remove(self, lease: Lease) -> None:
        self.leases.discard(lease)
        lease.expires_at = -inf  # whoever still has it will bring it to `retire`
        lease.broken_by = None
        self.tally.note("closed", "closed", lease, lease.opened_at)
        self._wake_if_drained()

    # -- maintenance -------------------------------------------------------------------------------

    def _arm(self) -> None:
        """See to it that ready sessions are looked at, a quarter of the shortest limit apart."""
        options = self.options
        limits = list(filter(None, (options.idle_timeout, options.max_inactive, options.max_lifetime)))
        if self._timer is None and limits and self.loop is not None and not self.stopped:
            self._timer = self.loop.call_later(min(limits) / 4, self._sweep, context=Context())

    def _sweep(self) -> None:
        self._timer = None
        now, ready = monotonic(), self.ready.copy()
        self.ready.clear()
        for lease in ready:  # the one unused for longest comes first
            if lease.session.closed:
                self.drop(lease)
            elif now >= lease.expires_at or self._is_unwanted(lease, now):
                self._close_orderly(lease)
            else:
                self.ready.append(lease)
        self._changed()
        if self.leases:
            self._arm()

    def _is_unwanted(self, lease: Lease, now: float) -> bool:
        """True if nobody has used it for so long that it is to go, or to be replaced if `min_size` wants it."""
        unused, limit, any_limit = now - lease.last_used, self.options.idle_timeout, self.options.max_inactive
        if any_limit is not None and unused >= any_limit:
            return True
        size = len(self.leases) + len(self.opening)
        return limit is not None and unused >= limit and size > self.options.min_size

    # -- the end -----------------------------------------------------------------------------------

    def stop(self) -> None:
        """Open nothing more; what comes back from now on, also from being healed, is closed."""
        self.stopped = True
        if self._timer is not None:
            self._timer.cancel()
        while self.opening:
            self.opening.pop().abandon()
        for lease in self.leases:
            lease.expires_at = -inf

    async def drain(self, timeout: Optional[float]) -> None:
        """Close what is ready and wait for what is held, up to `timeout` seconds (None: for ever)."""
        while self.ready:
            self._close_orderly(self.ready.pop())
        if self.loop is None or not (self.leases or self._tasks):
            return
        drained = self.loop.create_future()
        self._drained.add(drained)
        timer = None if timeout is None else self.loop.call_later(timeout, _wake, drained)
        try:
            await drained
        finally:
            self._drained.discard(drained)
            if timer is not None:
                timer.cancel()

    def terminate(self) -> None:
        """Drop every session at once, also those that are held."""
        if not self.alive():
            self.forget()
            return
        while self.opening:
            self.opening.pop().abandon()
        while self.healing:
            self.healing.popitem()[1].abandon()
        while self._closing:
            job, session = self._closing.popitem()
            job.abandon()
            terminate(session)
        self.ready.clear()
        for lease in list(self.leases):
            self.drop(lease)

    def forget(self) -> None:
        """Drop what a loop that is closed left behind; nothing can be scheduled on it, nor cancelled."""
        for session in self._closing.values():
            terminate(session)
        for remains in (self.ready, self.opening, self.healing, self._closing, self._tasks, self._drained):
            remains.clear()
        for lease in list(self.leases):
            self.drop(lease)
        self._timer = None

    def _start(
        self,
        work: Coroutine[Any, Any, T],
        what: str,
        timeout: Optional[float],
        ended: Callable[[Job[T]], None],
        late: Optional[Callable[[T], None]] = None,
    ) -> Job[T]:
        assert self.loop is not None
        job = Job(self.loop, work, f'pool "{self.name}": {what}', timeout, ended, late)
        self._tasks.add(job.task)
        job.task.add_done_callback(self._end_task)
        return job

    def _end_task(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._wake_if_drained()

    def _wake_if_drained(self) -> None:
        if self._drained and not self.leases and not self._tasks:
            for future in self._drained:
                _wake(future)


async def _heal(session: Session) -> None:
    await session.heal()


async def _close(session: Session) -> None:
    await session.close()


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def terminate(session: Session) -> None:
    """Terminate a session, whatever state it and its loop are in."""
    try:
        session.terminate()
    except Exception:
        # it must not raise; where it does (a transport of a closed loop) the books stay right all the same
        logger.debug("terminating a session failed", exc_info=True)
