"""A pool of sessions for one event loop, for any driver.

`take` and `give_back` run for every statement: they are synchronous and touch nothing but a list. Whoever finds
nothing ready stands in line for a future. Sessions are opened, healed and closed by the stock, in its own tasks.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, current_task, get_running_loop
from collections import OrderedDict
from itertools import islice
from math import inf
from threading import get_ident
from time import monotonic
from typing import Any, Callable, Optional, cast

from tortoise_core.base.errors import ConfigurationError, DBConnectionError, ErrorInfo, ErrorKind, error_for
from tortoise_core.session.lease import Lease, PoolOptions, PoolStats
from tortoise_core.session.stock import Classify, Connect, Opened, Stock
from tortoise_core.session.tally import Listener, Tally

__all__ = ["CountingPool", "Lease", "Listener", "Pool", "PoolOptions", "PoolStats"]

#: seconds after its last use in which a session is taken to be what it was then. After that it is asked whether
#: anything has come in, so that a connection that ended while the loop was busy elsewhere is not written to
TRUSTED = 0.01

#: stands for the loop of a pool that has none; no task ever runs on it
_NO_LOOP = cast(AbstractEventLoop, object())


class _Waiter:
    """A task in line for a lease."""

    __slots__ = ("exclusive", "future", "since", "task")

    def __init__(self, loop: AbstractEventLoop, exclusive: bool) -> None:
        self.exclusive = exclusive
        self.future: asyncio.Future[Lease] = loop.create_future()
        self.task = current_task(loop)
        self.since = monotonic()


class Pool:
    """Sessions of one database, lent to the tasks of one event loop.

    `connect` opens a session; `opened` is awaited once with each new one before anybody gets it. `classify`
    is the driver's reading of its own errors. With `shares_session` a lease that is not exclusive is lent to
    any number of tasks at once; otherwise every lease is exclusive. `name` appears in messages.

    The pool belongs to the loop it is first used on. Once that loop is closed, use on another one drops what
    is left of the old sessions and starts afresh; before that it raises ConfigurationError. With `moved`, which is
    called whenever that happens, a loop that is open but does not run is left in the same way.
    """

    def __init__(
        self,
        connect: Connect,
        options: PoolOptions,
        shares_session: bool = False,
        name: str = "default",
        opened: Optional[Opened] = None,
        classify: Optional[Classify] = None,
        moved: Optional[Callable[[], None]] = None,
    ) -> None:
        self._moved = moved
        self.options, self.name, self.shares_session = options, name, shares_session
        self._tally = Tally()
        self._stock = Stock(
            name, options, connect, opened, classify, self._tally, self._notice_change, self._fail_first
        )
        self._ready = self._stock.ready
        self._closed = False
        #: the loop and thread that may take now: none before the first use and once closed
        self._bound, self._thread = _NO_LOOP, 0
        self._shared: Optional[Lease] = None
        self._waiters: OrderedDict[_Waiter, None] = OrderedDict()

    # -- the hot path ------------------------------------------------------------------------------

    def take(self, exclusive: bool = False) -> Optional[Lease]:
        """Take a lease if one is ready, else None: then `acquire` waits for one.

        Gives None as well while others wait, so nobody overtakes them, and where a session that lay idle may have
        lost its connection, which is then looked after. The lease used last comes first.
        Raises DBConnectionError once the pool is closed, ConfigurationError on a loop that is not the pool's.
        """
        # asking for the running loop costs a system call before 3.12; a task running on ours, in this thread, says
        # the same and is wanted anyway
        task = current_task(self._bound)
        if task is None or get_ident() != self._thread:
            self._bind()
        if self._waiters:
            return None
        if exclusive or not self.shares_session:
            if not self._ready:
                return None
            lease = self._ready.pop()
            lease.exclusive = True
            lease.holder = task
        else:
            shared = self._shared
            if shared is not None and not shared.session.closed:
                shared.users += 1
                return shared
            if not self._ready:
                return None
            self._shared = lease = self._ready.pop()
            lease.exclusive = False
        lease.since = now = monotonic()
        if lease.session.closed or (now - lease.last_used > TRUSTED and lease.session.unread()):
            return self._take_another(lease)
        lease.users = 1
        lease.sql = None
        return lease

    def give_back(self, lease: Lease) -> None:
        """Return a lease whose session is in a clean state; the first waiter gets it.

        A session that is closed or past its lifetime is discarded instead.
        """
        users = lease.users = lease.users - 1
        if users:
            self._refuse_negative(lease)
            return
        lease.last_used = now = monotonic()
        lease.holder = None
        if lease is self._shared:
            self._shared = None
        if now >= lease.expires_at or lease.broken or lease.session.closed:
            self._stock.retire(lease)
            return
        self._ready.append(lease)
        if self._waiters:
            self._serve()

    def give_back_broken(self, lease: Lease, error: Optional[BaseException] = None) -> None:
        """Return a lease after `error`, or a use that may have left anything behind, made its state uncertain.

        The session is healed in the background, once its last user gave it back, and replaced if that fails or
        takes longer than `heal_timeout`. Until then nobody new gets it.
        """
        lease.broken, lease.broken_by = True, error
        if lease is self._shared:
            self._shared = None
        self.give_back(lease)

    async def settle(self, lease: Lease, error: Optional[BaseException] = None) -> None:
        """`give_back_broken`, then wait until the session is healed or given up, `heal_timeout` at most.

        A cancellation ends the waiting only.
        """
        self.give_back_broken(lease, error)
        job = self._stock.healing.get(lease)
        if job is not None:
            await asyncio.wait({job.task}, timeout=self.options.heal_timeout)

    async def acquire(self, exclusive: bool = False) -> Lease:
        """Take a lease, waiting in line if there is none; opens a session if `max_size` allows.

        Raises DBConnectionError after `acquire_timeout` (the message says who holds what), when the pool is
        closed, or when the connection opened for it failed (with the driver's error as cause; another class
        where the driver classifies it so); ConfigurationError as `take`.
        """
        lease = self.take(exclusive)
        if lease is not None:
            return lease
        loop = get_running_loop()
        waiter = _Waiter(loop, exclusive or not self.shares_session)
        self._waiters[waiter] = None
        seconds = self.options.acquire_timeout
        timer = None if seconds is None else loop.call_later(seconds, self._time_out, waiter)
        try:
            self._serve()
            lease = await waiter.future
        except BaseException:
            self._abandon(waiter)
            raise
        finally:
            if timer is not None:
                timer.cancel()
        self._tally.note("waited", "acquired_after_wait", lease, waiter.since)
        return lease

    # -- the line ----------------------------------------------------------------------------------

    def _serve(self) -> None:
        """Hand leases to the waiters in order, as far as it goes, then open what is missing."""
        if not self._stock.alive():
            return
        while self._waiters:
            waiter = next(iter(self._waiters))
            if not waiter.future.done() and not self._hand_over(waiter):
                break
            del self._waiters[waiter]
        if self._stock.room() > 0:
            self._stock.fill(self._demand())

    def _hand_over(self, waiter: _Waiter) -> bool:
        lease = self._pick(waiter.exclusive)
        if lease is None:
            return False
        self._hold(lease, waiter.exclusive, waiter.task)
        waiter.future.set_result(lease)
        return True

    def _pick(self, exclusive: bool) -> Optional[Lease]:
        if not exclusive and self._can_join():
            return self._shared
        while self._ready:
            lease = self._ready.pop()
            if not (lease.session.closed or (monotonic() - lease.last_used > TRUSTED and lease.session.unread())):
                return lease
            self._stock.doubt(lease)
        return None

    def _can_join(self) -> bool:
        return self._shared is not None and not self._shared.session.closed

    def _hold(self, lease: Lease, exclusive: bool, task: Optional[asyncio.Task[Any]]) -> None:
        lease.users += 1
        if lease.users == 1:
            lease.exclusive, lease.sql, lease.since = exclusive, None, monotonic()
            lease.holder = task if exclusive else None
        if not exclusive:
            self._shared = lease

    def _take_another(self, lost: Lease) -> Optional[Lease]:
        """Replace a session that was found closed, or likely to be, when it was about to be used."""
        exclusive, task = lost.exclusive, lost.holder
        if lost is self._shared:
            self._shared = None
        lost.holder = None
        self._stock.doubt(lost)
        lease = self._pick(exclusive)
        if lease is not None:
            self._hold(lease, exclusive, task)
        self._stock.fill(0)
        return lease

    def _demand(self) -> int:
        """How many sessions the waiters need; those who may share need one between them."""
        first = list(islice(self._waiters, self.options.max_size))
        alone = sum(waiter.exclusive for waiter in first)
        return alone + (len(first) > alone and not self._can_join())

    def _notice_change(self) -> None:
        shared = self._shared
        if shared is not None and monotonic() >= shared.expires_at:
            self._shared = None  # where the users overlap it would never come free by itself
        self._serve()

    def _abandon(self, waiter: _Waiter) -> None:
        """Leave the line; what was handed over in the moment of a cancellation goes to the next one."""
        self._waiters.pop(waiter, None)
        future = waiter.future
        if future.done() and not future.cancelled() and future.exception() is None:
            self.give_back(future.result())
        else:
            self._serve()  # a waiter may have been in the way of others

    def _fail(self, waiter: _Waiter, error: BaseException) -> None:
        self._waiters.pop(waiter, None)
        if not waiter.future.done():
            waiter.future.set_exception(error)

    def _fail_first(self, error: BaseException) -> bool:
        """Tell the first waiter only: the others get attempts of their own, so each failure ends one wait."""
        waiter = next((waiter for waiter in self._waiters if not waiter.future.done()), None)
        if waiter is not None:
            self._fail(waiter, error)
        return waiter is not None

    def _time_out(self, waiter: _Waiter) -> None:
        if not waiter.future.done():
            self._tally.note("timeouts", "timeout", None, waiter.since)
            self._fail(waiter, error_for(ErrorInfo(ErrorKind.POOL_TIMEOUT, self._explain())))

    def _explain(self) -> str:
        now, stats = monotonic(), self.stats()
        held = [lease.describe(now) for lease in self._stock.leases if lease.users]
        return (
            f'pool "{self.name}": no session became free within {self.options.acquire_timeout} s '
            f"(max_size {self.options.max_size}: {stats.held} held, {stats.ready} ready, {stats.opening} opening, "
            f"{stats.healing} healing; {stats.waiting} waiting)" + "".join(f"\n  held by {line}" for line in held)
        )

    # -- the loop ----------------------------------------------------------------------------------

    def _bind(self) -> None:
        """Check that the running loop is the pool's, which the first one to come becomes."""
        loop = get_running_loop()
        if self._closed:
            raise self._closed_error()
        if loop is not self._stock.loop:
            self._leave(loop)
            self._stock.loop = loop
        self._bound, self._thread = loop, get_ident()

    def _leave(self, loop: AbstractEventLoop) -> None:
        """Drop what is left on the loop that was the pool's, for `loop` to be it."""
        self._refuse_other(loop)
        left = self._moved is not None and bool(self._stock.leases)
        if self._stock.alive():
            self._stock.terminate()
        self._forget()
        if left and self._moved is not None:
            self._moved()

    def _refuse_other(self, loop: AbstractEventLoop) -> None:
        mine = self._stock.loop
        if mine is None or mine is loop or mine.is_closed() or (self._moved is not None and not mine.is_running()):
            return
        raise ConfigurationError(
            f'pool "{self.name}" belongs to the event loop {mine!r}, which is still open, and cannot be used '
            f"from {loop!r}: close the pool there first, or give the second loop connections of its own"
        )

    def _forget(self) -> None:
        self._waiters.clear()
        self._shared = None
        self._stock.forget()

    # -- the end -----------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """True from the call of `close` or `terminate` on: nothing can be taken any more."""
        return self._closed

    async def close(self, timeout: Optional[float] = 10.0) -> None:
        """Close all sessions, waiting up to `timeout` seconds (None: for ever) for those in use.

        Tasks in line get DBConnectionError at once. What is not closed in time, or when this call is
        cancelled, is terminated. May be called again, and by several tasks. Raises ConfigurationError on
        a loop that is not the pool's while that one is open.
        """
        self._refuse_other(get_running_loop())
        try:
            if self._stock.loop is get_running_loop():
                self._shut()
                await self._stock.drain(timeout)
        finally:
            self.terminate()

    def terminate(self) -> None:
        """Drop all sessions at once, also those in use, without waiting. The pool is closed afterwards."""
        self._shut()
        self._stock.terminate()

    def _shut(self) -> None:
        """Let nobody in, send the line home, stop what is being opened or healed."""
        self._closed, self._bound, self._shared = True, _NO_LOOP, None
        if not self._stock.alive():
            self._forget()
        for waiter in list(self._waiters):
            self._fail(waiter, self._closed_error())
        self._stock.stop()

    def _closed_error(self) -> DBConnectionError:
        return DBConnectionError(f'pool "{self.name}": the pool is closed')

    # -- telling -----------------------------------------------------------------------------------

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """Called as listener(event, lease or None, seconds); empty by default.

        Events: "opened" (seconds spent connecting), "closed" (age of the session), "acquired_after_wait" and
        "timeout" (seconds waited; no lease for the latter), "healed" and "heal_failed" (seconds of healing).
        A listener must neither block nor use the pool. Its errors are logged.
        """
        return self._tally.listeners

    @listeners.setter
    def listeners(self, listeners: tuple[Listener, ...]) -> None:
        self._tally.listeners = tuple(listeners)

    def stats(self) -> PoolStats:
        """A reading of the pool at this moment."""
        stock = self._stock
        ready, healing, opening = len(self._ready), len(stock.healing), len(stock.opening)
        return PoolStats(
            size=len(stock.leases) + opening,
            ready=ready,
            held=len(stock.leases) - ready - healing,
            healing=healing,
            opening=opening,
            waiting=len(self._waiters),
            **{f"total_{name}": number for name, number in self._tally.totals.items()},
        )

    def _refuse_negative(self, lease: Lease) -> None:
        if lease.users < 0:
            lease.users = 0
            raise RuntimeError(f'pool "{self.name}": a lease was given back more often than it was taken')


class CountingPool(Pool):
    """One that replaces sessions once they were lent `max_uses` times; apart, so that others need not count."""

    def give_back(self, lease: Lease) -> None:
        lease.uses += 1
        if self.options.max_uses is not None and lease.uses >= self.options.max_uses:
            lease.expires_at = -inf
        super().give_back(lease)
