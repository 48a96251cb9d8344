"""The session pool, over sessions that live in memory and fail on demand."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
import time
from collections.abc import Awaitable
from contextvars import ContextVar
from functools import partial
from typing import Any, Callable, Optional

import pytest

from tortoise_core.base.errors import (
    ConfigurationError,
    DBConnectionError,
    ErrorInfo,
    ErrorKind,
    OperationalError,
)
from tortoise_core.session import pool as pool_module
from tortoise_core.session import stock as stock_module
from tortoise_core.session.lease import Lease, PoolOptions, PoolStats
from tortoise_core.session.pool import CountingPool, Pool


class FakeSession:
    """A session whose heal and close take `steps` turns of the loop, fail, or hang, as the server says."""

    def __init__(self, server: Server, number: int) -> None:
        self.server, self.number = server, number
        self.closed = False
        self.terminated = False
        self.healed = 0
        self.has_unread = False

    async def heal(self) -> None:
        await self.server.act("heal")
        self.healed += 1

    async def close(self) -> None:
        await self.server.act("close")
        self.closed = True

    def unread(self) -> bool:
        return self.has_unread

    def terminate(self) -> None:
        self.closed = self.terminated = True


class Server:
    """Opens sessions and remembers them. `behaviour[action]` is "ok", "hang" or an exception to raise."""

    def __init__(self, steps: int = 1) -> None:
        self.sessions: list[FakeSession] = []
        self.behaviour: dict[str, Any] = {}
        self.errors: list[BaseException] = []  # raised by the next connects, one each
        self.steps = steps
        self.connects = 0
        self.prepared: list[FakeSession] = []

    async def act(self, action: str) -> None:
        for _ in range(self.steps):
            await asyncio.sleep(0)
        behaviour = self.behaviour.get(action, "ok")
        if behaviour == "hang":
            await asyncio.sleep(3600)
        if isinstance(behaviour, BaseException):
            raise behaviour

    async def connect(self) -> FakeSession:
        self.connects += 1
        number = self.connects
        await self.act("connect")
        if self.errors:
            raise self.errors.pop(0)
        session = FakeSession(self, number)
        self.sessions.append(session)
        await self.act("login")  # a driver that is cancelled here has a connection to clean up
        return session

    async def prepare(self, session: FakeSession) -> None:
        await self.act("prepare")
        self.prepared.append(session)

    @property
    def alive(self) -> int:
        return sum(not session.closed for session in self.sessions)


def pool_of(server: Server, maximum: int = 2, minimum: int = 0, shares: bool = False, **options: Any) -> Pool:
    options.setdefault("acquire_timeout", 2.0)
    made = PoolOptions(minimum, maximum, **options)
    return Pool(server.connect, made, shares, "main", opened=server.prepare)  # type: ignore[arg-type]


def run(main: Callable[[], Awaitable[Any]]) -> Any:
    """Run `main` on a fresh loop; anything reported to the loop's exception handler fails the test."""
    complaints: list[Any] = []

    async def watched() -> Any:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        result = await main()
        gc.collect()
        await asyncio.sleep(0)
        return result

    result = asyncio.run(watched())
    gc.collect()
    assert complaints == []
    return result


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.001)


def check_books(pool: Pool) -> PoolStats:
    stats = pool.stats()
    assert stats.ready + stats.held + stats.healing + stats.opening == stats.size
    assert min(stats.ready, stats.held, stats.healing, stats.opening, stats.waiting) >= 0
    assert stats.size <= pool.options.max_size
    return stats


async def check_full_service(pool: Pool, server: Server) -> None:
    """Everything that was lent is back, and the pool can still lend `max_size` sessions at once."""
    await until(lambda: pool.stats().opening == pool.stats().healing == pool.stats().held == 0)
    assert check_books(pool).waiting == 0
    assert server.alive == pool.stats().size
    leases = [await pool.acquire(True) for _ in range(pool.options.max_size)]
    assert len({id(lease.session) for lease in leases}) == pool.options.max_size
    assert pool.take(True) is None
    for lease in leases:
        pool.give_back(lease)
    assert server.alive == pool.options.max_size


# -- taking and giving back ------------------------------------------------------------------------


def test_a_lease_is_opened_once_and_reused():
    async def main() -> None:
        server = Server()
        pool = pool_of(server)
        assert pool.take() is None
        first = await pool.acquire()
        pool.give_back(first)
        assert pool.take() is first
        assert server.connects == 1 and server.prepared == server.sessions
        assert check_books(pool).held == 1

    run(main)


def test_the_lease_used_last_is_taken_first():
    async def main() -> None:
        pool = pool_of(Server(), 3)
        a, b, c = [await pool.acquire() for _ in range(3)]
        for lease in (b, c, a):
            pool.give_back(lease)
        assert [pool.take(), pool.take(), pool.take(), pool.take()] == [a, c, b, None]

    run(main)


def test_a_lease_says_who_has_it():
    async def main() -> None:
        pool = pool_of(Server())
        before = time.monotonic()
        lease = await pool.acquire()
        assert lease.holder is asyncio.current_task() and lease.exclusive and lease.users == 1
        assert before <= lease.since <= time.monotonic() and lease.sql is None
        lease.sql = "SELECT 1"
        pool.give_back(lease)
        assert lease.holder is None and lease.users == 0
        again = pool.take()
        assert again is lease and again.sql is None and again.holder is asyncio.current_task()

    run(main)


def test_giving_back_twice_is_refused():
    async def main() -> None:
        pool = pool_of(Server())
        lease = await pool.acquire()
        pool.give_back(lease)
        with pytest.raises(RuntimeError, match="more often"):
            pool.give_back(lease)
        assert pool.take() is lease and check_books(pool).size == 1

    run(main)


def test_waiters_are_served_in_order_and_not_overtaken():
    async def main() -> None:
        pool = pool_of(Server(), 1)
        order: list[int] = []

        async def worker(number: int) -> None:
            lease = await pool.acquire()
            order.append(number)
            await turns(2)
            pool.give_back(lease)
            assert number == 4 or pool.take() is None, "overtook the line"

        held = await pool.acquire()
        tasks = [asyncio.ensure_future(worker(number)) for number in range(5)]
        await turns()
        pool.give_back(held)
        assert pool.take() is None
        await asyncio.gather(*tasks)
        assert order == [0, 1, 2, 3, 4]
        assert pool.stats().total_waited == 6  # the first one waited for its connection

    run(main)


def test_a_closed_session_is_discarded_when_taken():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, 2)
        a, b = await pool.acquire(), await pool.acquire()
        pool.give_back(a)
        pool.give_back(b)
        b.session.closed = True
        assert pool.take() is a, "the next one stands in"
        assert server.sessions[b.session.number - 1].terminated  # type: ignore[attr-defined]
        await turns()
        assert check_books(pool).ready == 1 and server.connects == 3, "and the lost one is replaced"

    run(main)


def test_a_closed_session_with_none_to_stand_in():
    async def main() -> None:
        server = Server()
        for shares in (False, True):
            pool = pool_of(server, 1, shares=shares)
            lease = await pool.acquire()
            pool.give_back(lease)
            lease.session.closed = True
            assert pool.take() is None and check_books(pool).size == 0
            assert await pool.acquire() is not lease

    run(main)


def test_a_closed_session_is_discarded_when_given_back():
    async def main() -> None:
        pool = pool_of(Server(), 1)
        lease = await pool.acquire()
        waiting = asyncio.ensure_future(pool.acquire())
        await turns()
        lease.session.closed = True
        pool.give_back(lease)
        assert await waiting is not lease
        assert check_books(pool).total_closed == 1

    run(main)


# -- waiting too long ------------------------------------------------------------------------------


def test_the_timeout_says_who_holds_what():
    async def main() -> None:
        pool = pool_of(Server(), 3, acquire_timeout=0.03)

        async def hold(sql: Optional[str]) -> Lease:
            lease = await pool.acquire()
            lease.sql = sql
            return lease

        for name, sql in (("reporter", "SELECT *\n  FROM big"), ("writer", None), ("breaker", "x")):
            task = asyncio.ensure_future(hold(sql))
            task.set_name(name)
            broken = await task
        broken.session.server.behaviour["heal"] = "hang"  # type: ignore[attr-defined]
        pool.give_back_broken(broken, ValueError("boom"))
        with pytest.raises(DBConnectionError) as caught:
            await pool.acquire()
        text = str(caught.value)
        assert 'pool "main"' in text and "0.03 s" in text and "max_size 3: 2 held" in text
        assert "1 healing" in text and "0 opening" in text
        assert 'task "reporter" for 0.' in text and ": SELECT * FROM big" in text
        assert 'task "writer"' in text and "idle in transaction" in text
        assert check_books(pool).total_timeouts == 1 and pool.stats().waiting == 0
        pool.terminate()

    run(main)


def test_no_acquire_timeout_waits_on():
    async def main() -> None:
        pool = pool_of(Server(), 1, acquire_timeout=None)
        lease = await pool.acquire()
        waiting = asyncio.ensure_future(pool.acquire())
        await asyncio.sleep(0.02)
        pool.give_back(lease)
        assert await waiting is lease

    run(main)


def test_an_exclusive_waiter_that_gives_up_unblocks_those_behind_it():
    async def main() -> None:
        for give_up in ("timeout", "cancel"):
            pool = pool_of(Server(), 1, shares=True, acquire_timeout=0.2 if give_up == "timeout" else 2.0)
            shared = await pool.acquire()
            alone = asyncio.ensure_future(pool.acquire(True))
            await asyncio.sleep(0.02)
            behind = asyncio.ensure_future(pool.acquire())
            await turns()
            assert not behind.done()
            if give_up == "cancel":
                alone.cancel()
            assert await behind is shared and shared.users == 2
            with pytest.raises((DBConnectionError, asyncio.CancelledError)):
                await alone

    run(main)


# -- sharing ---------------------------------------------------------------------------------------


def test_many_share_one_session():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 3, shares=True)
        leases = await asyncio.gather(*(pool.acquire() for _ in range(5)))
        assert len(set(leases)) == 1 and leases[0].users == 5 and server.connects == 1
        assert not leases[0].exclusive and leases[0].holder is None
        assert pool.take() is leases[0] and leases[0].users == 6
        for _ in range(6):
            pool.give_back(leases[0])
        assert check_books(pool).ready == 1

    run(main)


def test_exclusive_means_alone():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, shares=True)
        shared = await pool.acquire()
        alone = await pool.acquire(True)
        assert alone is not shared and alone.exclusive and alone.holder is asyncio.current_task()
        assert pool.take() is shared
        pool.give_back(shared)
        pool.give_back(shared)
        assert pool.take(True) is shared and shared.exclusive
        assert pool.take() is None and pool.take(True) is None

    run(main)


def test_a_waiting_exclusive_is_not_starved():
    async def main() -> None:
        pool = pool_of(Server(), 1, shares=True)
        log: list[str] = []

        async def share(number: int) -> None:
            await turns(number)
            for _ in range(20):  # overlapping: without fairness somebody would always have the session
                lease = pool.take() or await pool.acquire()
                await turns(3)
                pool.give_back(lease)
            log.append("shared")

        async def alone() -> None:
            lease = await pool.acquire(True)
            assert lease.users == 1
            await turns(5)
            assert lease.users == 1
            log.append("alone")
            pool.give_back(lease)

        sharing = [asyncio.ensure_future(share(number)) for number in range(3)]
        await turns(15)
        await alone()
        assert log == ["alone"]
        await asyncio.gather(*sharing)

    run(main)


def test_shared_takers_queue_behind_an_exclusive_and_then_go_together():
    async def main() -> None:
        pool = pool_of(Server(), 1, shares=True)
        shared = await pool.acquire()
        alone = asyncio.ensure_future(pool.acquire(True))
        behind = [asyncio.ensure_future(pool.acquire()) for _ in range(3)]
        await turns()
        assert pool.take() is None and check_books(pool).waiting == 4
        pool.give_back(shared)
        assert await alone is shared and shared.exclusive
        assert not any(task.done() for task in behind)
        pool.give_back(shared)
        await asyncio.gather(*behind)
        assert shared.users == 3 and not shared.exclusive

    run(main)


def test_a_broken_shared_session_is_healed_after_its_last_user():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, shares=True)
        broken = await pool.acquire()
        assert pool.take() is broken
        pool.give_back_broken(broken, ValueError())
        await turns()
        assert broken.session.healed == 0, "somebody still uses it"  # type: ignore[attr-defined]
        assert pool.take() is None, "nobody new gets it"
        other = await pool.acquire()
        assert other is not broken
        pool.give_back(broken)
        assert check_books(pool).healing == 1
        await turns()
        assert broken.session.healed == 1 and check_books(pool).ready == 1  # type: ignore[attr-defined]

    run(main)


def test_a_shared_session_that_closed_is_not_joined():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, shares=True)
        lost = await pool.acquire()
        lost.session.closed = True
        assert pool.take() is None
        leases = await asyncio.gather(pool.acquire(), pool.acquire())
        assert leases[0] is leases[1] is not lost and server.connects == 2
        pool.give_back(lost)
        assert check_books(pool).size == 1 and pool.take() is leases[0]

    run(main)


def test_a_waiter_does_not_join_a_shared_session_that_closed():
    async def main() -> None:
        pool = pool_of(Server(), 1, shares=True)
        lost = await pool.acquire()
        alone = asyncio.ensure_future(pool.acquire(True))
        behind = asyncio.ensure_future(pool.acquire())
        await turns()
        lost.session.closed = True
        alone.cancel()
        await turns()
        assert not behind.done()
        pool.give_back(lost)
        assert await behind is not lost

    run(main)


def test_a_shared_session_past_its_lifetime_takes_no_new_users():
    async def main() -> None:
        pool = pool_of(Server(), 2, shares=True, max_lifetime=0.02)
        old = await pool.acquire()
        await asyncio.sleep(0.04)
        new = await pool.acquire()
        assert new is not old
        pool.give_back(old)
        await until(lambda: old.session.closed)
        await pool.close(0.01)

    run(main)


# -- healing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError("boom"), None])
def test_a_broken_session_is_healed_and_lent_again(error: Optional[BaseException]):
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 1)
        lease = await pool.acquire()
        pool.give_back_broken(lease, error)
        assert pool.take() is None and check_books(pool).healing == 1
        assert await pool.acquire() is lease
        assert server.sessions[0].healed == 1 and not lease.broken and lease.broken_by is None
        assert pool.stats().total_healed == 1 and server.connects == 1

    run(main)


def test_a_session_that_cannot_be_healed_is_replaced():
    async def main() -> None:
        for failure in (ValueError("still broken"), "hang"):
            server = Server()
            server.behaviour["heal"] = failure
            pool = pool_of(server, 1, heal_timeout=0.02)
            lease = await pool.acquire()
            pool.give_back_broken(lease, OSError())
            assert await pool.acquire() is not lease
            assert server.sessions[0].terminated and server.alive == 1
            stats = check_books(pool)
            assert (stats.total_heal_failed, stats.total_healed, stats.total_closed) == (1, 0, 1)

    run(main)


def test_a_broken_session_that_is_closed_is_not_healed():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 1, 1)
        lease = await pool.acquire()
        lease.session.closed = True
        pool.give_back_broken(lease, OSError())
        assert check_books(pool).healing == 0
        await turns()
        assert server.sessions[0].healed == 0 and check_books(pool).ready == 1

    run(main)


def test_a_session_closed_by_its_healing_is_replaced():
    async def main() -> None:
        server = Server(steps=3)
        pool = pool_of(server, 1)
        lease = await pool.acquire()
        pool.give_back_broken(lease, OSError())
        await turns(1)
        lease.session.closed = True
        assert await pool.acquire() is not lease
        assert pool.stats().total_heal_failed == 1

    run(main)


def test_the_cancellation_of_a_holder_does_not_reach_the_healing():
    """Cancelled at every step: during the call, on giving back, while the healing runs."""

    async def main() -> None:
        for step in range(15):
            server = Server(steps=3)
            pool = pool_of(server, 1)
            pool.give_back(await pool.acquire())

            async def work(pool: Pool = pool) -> None:
                lease = pool.take()
                assert lease is not None
                try:
                    await turns(3)
                    raise OSError("lost")
                except BaseException as error:
                    pool.give_back_broken(lease, error)
                    await turns(6)

            task = asyncio.ensure_future(work())
            await turns(step)
            task.cancel()
            await asyncio.wait({task})
            task.cancelled() or task.exception()
            await check_full_service(pool, server)
            assert server.connects == 1 and server.sessions[0].healed == (0 if step == 0 else 1)

    run(main)


# -- connecting ------------------------------------------------------------------------------------


def test_a_failed_connect_ends_exactly_one_wait():
    async def main() -> None:
        server = Server()
        refused = OSError("refused")
        server.errors = [refused]
        pool = pool_of(server, 1)
        results = await asyncio.gather(*(_use(pool) for _ in range(3)), return_exceptions=True)
        assert isinstance(results[0], DBConnectionError) and results[0].__cause__ is refused
        assert "refused" in str(results[0]) and results[1:] == ["used", "used"]
        assert server.connects == 2 and check_books(pool).total_connect_failed == 1

    run(main)


async def _use(pool: Pool) -> str:
    lease = await pool.acquire()
    try:
        await turns(2)
    finally:
        pool.give_back(lease)
    return "used"


def test_while_the_server_is_down_each_waiter_makes_one_attempt():
    async def main() -> None:
        server = Server()
        server.behaviour["connect"] = OSError("down")
        pool = pool_of(server, 2, 2)
        results = await asyncio.gather(*(_use(pool) for _ in range(6)), return_exceptions=True)
        assert all(isinstance(result, DBConnectionError) for result in results)
        await asyncio.sleep(0.02)
        assert server.connects <= 7, "a busy loop"
        server.behaviour.clear()
        await check_full_service(pool, server)

    run(main)


def test_the_driver_classifies_what_went_wrong():
    async def main() -> None:
        server = Server()
        pool = Pool(
            server.connect,  # type: ignore[arg-type]
            PoolOptions(0, 1),
            classify=lambda error: ErrorInfo(kinds.pop(0), "classified"),
        )
        kinds = [ErrorKind.AUTHENTICATION, ErrorKind.OPERATIONAL]
        server.errors = [OSError(), OSError()]
        with pytest.raises(DBConnectionError, match="classified") as caught:
            await pool.acquire()
        assert caught.value.kind is ErrorKind.AUTHENTICATION
        with pytest.raises(OperationalError, match="classified"):
            await pool.acquire()

    run(main)


def test_errors_of_the_engine_pass_unchanged():
    async def main() -> None:
        server = Server()
        server.errors = [error] = [ConfigurationError("no such option")]
        pool = pool_of(server)
        with pytest.raises(ConfigurationError) as caught:
            await pool.acquire()
        assert caught.value is error

    run(main)


def test_connecting_is_bounded():
    async def main() -> None:
        server = Server()
        server.behaviour["connect"] = "hang"
        pool = pool_of(server, 1, connect_timeout=0.02)
        with pytest.raises(DBConnectionError, match=r"no connection within 0\.02 s") as caught:
            await pool.acquire()
        assert isinstance(caught.value.__cause__, asyncio.TimeoutError)
        server.behaviour.clear()
        await check_full_service(pool, server)

    run(main)


def test_a_connection_that_arrives_after_its_time_is_terminated():
    async def main() -> None:
        server = Server()
        release = asyncio.get_running_loop().create_future()

        async def stubborn() -> FakeSession:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                await release  # swallows its cancellation, as some libraries do
            return await server.connect()

        pool = Pool(stubborn, PoolOptions(0, 1, connect_timeout=0.01))  # type: ignore[arg-type]
        with pytest.raises(DBConnectionError):
            await pool.acquire()
        assert check_books(pool).opening == 0, "the slot is free at once"
        release.set_result(None)
        await turns()
        assert len(server.sessions) == 1 and server.alive == 0
        assert check_books(pool).size == 0

    run(main)


def test_a_session_whose_preparation_fails_is_terminated():
    async def main() -> None:
        server = Server()
        server.behaviour["prepare"] = OSError("no")
        pool = pool_of(server, 1)
        with pytest.raises(DBConnectionError, match="no"):
            await pool.acquire()
        assert server.sessions[0].terminated
        server.behaviour.clear()
        await check_full_service(pool, server)

    run(main)


def test_a_session_that_is_born_closed_is_a_failed_connect():
    async def main() -> None:
        async def connect() -> FakeSession:
            session = await server.connect()
            session.closed = True
            return session

        server = Server()
        pool = Pool(connect, PoolOptions(0, 1))  # type: ignore[arg-type]
        with pytest.raises(DBConnectionError, match="lost as soon as"):
            await pool.acquire()
        await turns()
        assert server.connects == 1, "a busy loop"

    run(main)


def test_opening_sees_nothing_of_the_variables_of_who_asked():
    current: ContextVar[str] = ContextVar("current", default="nobody")

    async def main() -> None:
        seen: list[str] = []

        async def prepare(session: Any) -> None:
            seen.append(current.get())

        current.set("a user")
        await Pool(Server().connect, PoolOptions(0, 1), opened=prepare).acquire()  # type: ignore[arg-type]
        assert seen == ["nobody"]

    run(main)


def test_min_size_is_opened_at_first_use_and_kept():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 5, 3)
        await turns()
        assert server.connects == 0
        pool.give_back(await pool.acquire())
        await until(lambda: pool.stats().ready == 3)
        lease = pool.take()
        assert lease is not None
        lease.session.closed = True
        pool.give_back(lease)
        await until(lambda: pool.stats().ready == 3)
        assert server.connects == 4

    run(main)


def test_min_size_is_reached_after_the_server_was_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stock_module, "TOP_UP_PAUSE", 0.1)

    async def main() -> None:
        server = Server()
        pool = pool_of(server, 3, 3, idle_timeout=0.02)
        server.errors = [OSError("away"), OSError("away")]
        with pytest.raises(DBConnectionError):
            await pool.acquire()
        await turns()
        assert check_books(pool).ready == 1 and server.connects == 3
        await until(lambda: pool.stats().ready == 3)
        await pool.close()

    run(main)


# -- cancellation ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shares", [False, True])
@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("busy", [False, True])
def test_acquire_cancelled_at_every_step(shares: bool, exclusive: bool, busy: bool):
    """While the connection is opened, while in line, in the turn of the hand-over, and after it."""

    async def main() -> None:
        for step in range(60):
            server = Server(steps=2)
            pool = pool_of(server, 1, shares=shares)
            held = await pool.acquire(True) if busy else None
            task = asyncio.ensure_future(pool.acquire(exclusive))
            for turn in range(step):
                if held is not None and turn == 4:
                    pool.give_back(held)
                    held = None
                await asyncio.sleep(0)
            finished = task.done()
            task.cancel()
            await asyncio.wait({task})
            if held is not None:
                pool.give_back(held)
            if not task.cancelled():
                pool.give_back(task.result())
            await check_full_service(pool, server)
            assert server.connects == 1, "the connection of a cancelled waiter was lost"
            if finished:
                return
        pytest.fail("never got to the end")

    run(main)


def test_a_lease_handed_to_a_cancelled_waiter_goes_to_the_next():
    async def main() -> None:
        pool = pool_of(Server(), 1)
        held = await pool.acquire()
        first, second = asyncio.ensure_future(pool.acquire()), asyncio.ensure_future(pool.acquire())
        await turns()
        pool.give_back(held)  # the first one has it now, but has not run yet
        first.cancel()
        assert await second is held and held.holder is second
        assert first.cancelled() and held.users == 1

    run(main)


def test_a_timeout_that_meets_a_cancellation_leaves_no_trace():
    async def main() -> None:
        pool = pool_of(Server(), 1, acquire_timeout=0.02)
        held = await pool.acquire()
        task = asyncio.ensure_future(pool.acquire())
        await turns()
        waiter = next(iter(pool._waiters))
        pool._time_out(waiter)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        pool.give_back(held)
        assert pool.take() is held

    run(main)


@pytest.mark.parametrize("error", [asyncio.CancelledError, GeneratorExit, KeyboardInterrupt])
@pytest.mark.parametrize("handed_over", [False, True])
def test_acquire_driven_by_hand(error: type, handed_over: bool):
    async def main() -> None:
        pool = pool_of(Server(), 1)
        held = await pool.acquire()
        driven = pool.acquire()
        driven.send(None)
        assert check_books(pool).waiting == 1
        if handed_over:
            pool.give_back(held)
            assert held.users == 1 and check_books(pool).held == 1
        with pytest.raises(error):
            driven.throw(error())
        if not handed_over:
            pool.give_back(held)
        stats = check_books(pool)
        assert (stats.waiting, stats.held, stats.ready) == (0, 0, 1)

    run(main)


def test_opening_killed_from_outside_at_every_step():
    """Whoever cancels all tasks of the loop also hits the pool's: no session is left over, no slot is lost."""

    async def main() -> None:
        reached = 0
        for step in range(25):
            server = Server(steps=2)
            pool = pool_of(server, 1)
            task = asyncio.ensure_future(pool.acquire())
            await turns(step)
            for job in list(pool._stock.opening):
                reached += 1
                job.task.cancel()
            result = (await asyncio.gather(task, return_exceptions=True))[0]
            if isinstance(result, Lease):
                pool.give_back(result)
            else:
                assert isinstance(result, DBConnectionError)
                # what connect() itself held when it was cancelled is the driver's to clean up
                server.sessions = [one for one in server.sessions if one.closed or one in server.prepared]
            server.sessions = [one for one in server.sessions if one.closed or pool.stats().size]
            await check_full_service(pool, server)
        assert reached > 5

    run(main)


def test_healing_killed_from_outside_at_every_step():
    async def main() -> None:
        for step in range(8):
            server = Server(steps=3)
            pool = pool_of(server, 1)
            pool.give_back_broken(await pool.acquire(), OSError())
            await turns(step)
            for job in pool._stock.healing.values():
                job.task.cancel()
            await check_full_service(pool, server)

    run(main)


# -- age -------------------------------------------------------------------------------------------


def test_a_session_past_its_lifetime_is_replaced_when_given_back():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 1, 1, max_lifetime=100.0)
        lease = await pool.acquire()
        assert 99 < lease.expires_at - time.monotonic() <= 100
        pool.give_back(lease)
        assert pool.take() is lease
        lease.expires_at = time.monotonic()
        pool.give_back(lease)
        await until(lambda: pool.stats().ready == 1)
        assert server.connects == 2 and server.sessions[0].closed and not server.sessions[0].terminated
        assert pool.stats().total_closed == 1
        await pool.close()

    run(main)


def test_ready_sessions_are_replaced_at_the_end_of_their_lifetime():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, 1, max_lifetime=0.03)
        pool.give_back(await pool.acquire())
        await until(lambda: server.connects >= 3)
        assert check_books(pool).size == 1 and server.sessions[0].closed
        await pool.close()

    run(main)


def test_idle_sessions_are_closed_down_to_min_size():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 4, 1, idle_timeout=0.04)
        leases = [await pool.acquire() for _ in range(4)]
        for lease in leases:
            pool.give_back(lease)
        await until(lambda: check_books(pool).size == 1)
        assert pool.take() is leases[-1], "the one used last is kept"
        await until(lambda: server.alive == 1)
        await asyncio.sleep(0.06)
        assert check_books(pool).size == 1 and server.connects == 4
        await pool.close(0.01)

    run(main)


def test_sessions_in_use_are_not_idle():
    async def main() -> None:
        pool = pool_of(Server(), 1, idle_timeout=0.02)
        for _ in range(20):
            lease = await pool.acquire()
            await asyncio.sleep(0.003)
            pool.give_back(lease)
        assert pool.stats().total_opened == 1
        await pool.close()

    run(main)


def test_a_session_that_does_not_close_is_terminated(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stock_module, "CLOSE_TIMEOUT", 0.01)

    async def main() -> None:
        for failure in ("hang", OSError("broken pipe")):
            server = Server()
            server.behaviour["close"] = failure
            pool = pool_of(server, 1)
            lease = await pool.acquire()
            lease.expires_at = 0
            pool.give_back(lease)
            await until(lambda server=server: server.sessions[0].terminated)  # type: ignore[misc]

    run(main)


def test_the_timer_neither_keeps_the_loop_alive_nor_outlives_its_work():
    async def main() -> Pool:
        pool = pool_of(Server(), 2, idle_timeout=0.01)
        pool.give_back(await pool.acquire())
        await until(lambda: pool.stats().size == 0)
        await asyncio.sleep(0.01)
        assert pool._stock._timer is None, "nothing is left to look at"
        pool.give_back(await pool.acquire())
        assert pool._stock._timer is not None
        return pool

    started = time.monotonic()
    run(main)  # fails on anything the loop complains of when it closes
    assert time.monotonic() - started < 2


# -- closing ---------------------------------------------------------------------------------------


def test_close_waits_for_what_is_held():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2)
        held, idle = await pool.acquire(), await pool.acquire()
        pool.give_back(idle)
        closing = asyncio.ensure_future(pool.close())
        await turns()
        assert pool.closed and not closing.done() and not held.session.closed
        with pytest.raises(DBConnectionError, match="the pool is closed"):
            pool.take()
        with pytest.raises(DBConnectionError, match="the pool is closed"):
            await pool.acquire()
        pool.give_back(held)
        await closing
        assert server.alive == 0 and not any(session.terminated for session in server.sessions)
        assert check_books(pool).size == 0
        await pool.close()

    run(main)


def test_nothing_is_opened_while_closing():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, 2)
        a, b = await pool.acquire(), await pool.acquire()
        closing = asyncio.ensure_future(pool.close())
        await turns()
        pool.give_back(a)
        await turns()
        pool.give_back(b)
        await closing
        assert server.connects == 2

    run(main)


def test_no_timer_is_left_behind():
    def timers() -> int:
        return sum(not handle.cancelled() for handle in asyncio.get_running_loop()._scheduled)  # type: ignore[attr-defined]

    async def main() -> None:
        pool = pool_of(Server(), 1, idle_timeout=None, max_lifetime=None)
        pool.give_back_broken(await pool.acquire())
        lease = await pool.acquire()
        assert lease.expires_at == float("inf") and timers() == 0
        pool.give_back(lease)
        await pool.close()
        assert timers() == 0
        pool = pool_of(Server(), 1)
        pool.give_back(await pool.acquire())
        assert timers() == 1, "the one that looks for idle sessions"
        await pool.close()
        assert timers() == 0

    run(main)


def test_a_connection_that_arrives_in_the_last_moment_is_used():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 1)
        task = asyncio.ensure_future(pool.acquire())
        await turns(1)
        (job,) = pool._stock.opening
        while not job.task.done():  # noqa: ASYNC110 - the very turn of the loop matters here
            await asyncio.sleep(0)
        job._expire()  # the timer goes off in the very turn of the loop in which the work ended
        assert (await task).session is server.sessions[0]
        assert server.connects == 1

    run(main)


def test_close_sends_the_line_home():
    async def main() -> None:
        pool = pool_of(Server(), 1)
        held = await pool.acquire()
        waiting = asyncio.ensure_future(pool.acquire())
        await turns()
        closing = asyncio.ensure_future(pool.close())
        with pytest.raises(DBConnectionError, match="closed"):
            await waiting
        pool.give_back_broken(held, OSError())
        await closing
        assert held.session.healed == 0, "there is no need any more"  # type: ignore[attr-defined]
        assert held.session.terminated  # type: ignore[attr-defined]

    run(main)


def test_close_is_bounded():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 3)
        held, other, third = [await pool.acquire() for _ in range(3)]
        server.behaviour.update(close="hang", heal="hang")
        pool.give_back(other)
        pool.give_back_broken(third, OSError())
        started = time.monotonic()
        await pool.close(0.03)
        assert 0.02 < time.monotonic() - started < 1
        assert server.alive == 0 and all(session.terminated for session in server.sessions)
        pool.give_back(held)  # the holder comes back late
        assert check_books(pool).size == 0
        await pool.close()

    run(main)


def test_close_stops_what_is_being_opened():
    async def main() -> None:
        for step in range(12):
            server = Server(steps=2)
            pool = pool_of(server, 2, 2)
            waiting = asyncio.ensure_future(pool.acquire())
            await turns(step)
            closing = asyncio.ensure_future(pool.close(0.5))
            result = (await asyncio.gather(waiting, return_exceptions=True))[0]
            if isinstance(result, Lease):
                pool.give_back(result)
            else:
                assert isinstance(result, DBConnectionError)
            await closing
            assert pool._stock._tasks == set(), "close waits for its tasks"
            assert check_books(pool).size == 0
            assert all(session.closed for session in server.prepared)

    run(main)


def test_close_cancelled_at_every_step():
    async def main() -> None:
        for step in range(30):
            server = Server(steps=3)
            pool = pool_of(server, 4)
            held, idle, broken = [await pool.acquire() for _ in range(3)]
            pool.give_back(idle)
            pool.give_back_broken(broken, OSError())
            opening = [asyncio.ensure_future(_use(pool)) for _ in range(3)]
            await turns(2)
            task = asyncio.ensure_future(pool.close())
            for turn in range(step):
                if turn == 10:
                    pool.give_back(held)
                await asyncio.sleep(0)
            finished = task.done()
            task.cancel()
            await asyncio.wait({task})
            if step <= 10:
                pool.give_back(held)
            for waiter in opening:
                waiter.cancel()
            await asyncio.wait(opening)
            [waiter.cancelled() or waiter.exception() for waiter in opening]
            if step:
                assert all(one.closed for one in server.sessions if one in server.prepared)
                assert check_books(pool).size == 0
            await pool.close()
            await turns()
            assert pool._stock._tasks == set() and check_books(pool).size == 0
            if finished:
                return
        pytest.fail("never got to the end")

    run(main)


def test_close_twice_at_once_and_before_any_use():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 1)
        held = await pool.acquire()
        first, second = asyncio.ensure_future(pool.close()), asyncio.ensure_future(pool.close(None))
        await turns()
        pool.give_back(held)
        await asyncio.gather(first, second)
        unused = pool_of(server)
        await unused.close()
        with pytest.raises(DBConnectionError, match="closed"):
            await unused.acquire()

    run(main)


def test_terminate_drops_everything_at_once():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 3)
        held, idle, broken = [await pool.acquire() for _ in range(3)]
        pool.give_back(idle)
        pool.give_back_broken(broken, OSError())
        waiting = asyncio.ensure_future(pool.acquire())
        pool.terminate()
        assert server.alive == 0 and check_books(pool).size == 0
        with pytest.raises(DBConnectionError, match="closed"):
            await waiting
        pool.give_back(held)
        assert check_books(pool).size == 0 and pool.stats().total_closed == 3
        pool.terminate()
        await pool.close()

    run(main)


# -- loops -----------------------------------------------------------------------------------------


def test_another_loop_is_refused_while_the_first_is_open():
    pool = pool_of(Server())
    first, second = asyncio.new_event_loop(), asyncio.new_event_loop()

    async def take_and_give_back() -> None:
        pool.give_back(pool.take() or await pool.acquire())

    try:
        first.run_until_complete(take_and_give_back())
        with pytest.raises(ConfigurationError) as caught:
            second.run_until_complete(take_and_give_back())
        assert repr(first) in str(caught.value)[:400] or "belongs to the event loop" in str(caught.value)
        assert str(caught.value).count("EventLoop") == 2
        with pytest.raises(ConfigurationError):
            second.run_until_complete(pool.close())
        first.run_until_complete(take_and_give_back())
        assert pool.stats().total_opened == 1
        first.run_until_complete(pool.close())
    finally:
        first.close()
        second.close()


def test_another_thread_is_refused_even_while_the_first_loop_runs_a_task():
    async def main() -> None:
        pool = pool_of(Server())
        pool.give_back(await pool.acquire())

        async def elsewhere() -> None:
            pool.take()

        def block() -> None:  # the pool's loop stands in the middle of a task meanwhile
            with ThreadPoolExecutor(1) as threads:
                threads.submit(asyncio.run, elsewhere()).result()

        from concurrent.futures import ThreadPoolExecutor

        with pytest.raises(ConfigurationError, match="belongs to the event loop"):
            block()

    run(main)


@pytest.mark.parametrize("shares", [False, True])
def test_a_pool_starts_afresh_once_its_loop_is_closed(shares: bool):
    server = Server()
    pool = pool_of(server, 2, shares=shares)
    kept: list[Lease] = []

    async def first() -> None:
        kept.extend([await pool.acquire(True), await pool.acquire(True)])
        pool.give_back(kept[0])

    async def second() -> None:
        lease = await pool.acquire()
        assert lease not in kept and server.alive == 1
        pool.give_back(kept[1])  # a straggler of the old loop changes nothing
        assert check_books(pool).size == 1
        pool.give_back(lease)
        await check_full_service(pool, server)
        await pool.close()

    run(first)
    assert server.alive == 2
    run(second)


def test_closing_a_pool_whose_loop_is_gone():
    for how in ("close", "terminate"):
        server = Server()
        pool = pool_of(server)

        async def use(pool: Pool = pool) -> None:
            pool.give_back(await pool.acquire())

        run(use)
        if how == "close":
            run(pool.close)
        else:
            pool.terminate()
        assert server.alive == 0 and pool.closed
        with pytest.raises(DBConnectionError, match="closed"):
            run(use)


def test_a_waiter_that_outlives_its_loop_is_harmless():
    server = Server()
    pool = pool_of(server, 1)
    loop = asyncio.new_event_loop()
    lease = loop.run_until_complete(pool.acquire())
    driven: list[Any] = []

    async def start() -> None:
        driven.append(pool.acquire())
        driven[0].send(None)

    loop.run_until_complete(start())
    loop.close()
    driven.pop().close()
    pool.give_back_broken(lease, OSError())
    assert lease.session.terminated and pool.stats().size == 0  # type: ignore[attr-defined]


# -- telling ---------------------------------------------------------------------------------------


def test_listeners_hear_of_everything():
    async def main() -> None:
        heard: list[str] = []
        server = Server()
        pool = pool_of(server, 1, acquire_timeout=0.02)

        def listen(event: str, lease: Optional[Lease], seconds: float) -> None:
            assert 0 <= seconds < 1 and (lease is None) == (event == "timeout")
            heard.append(event)

        def fail(event: str, lease: Optional[Lease], seconds: float) -> None:
            raise ValueError("a listener's own fault")

        assert pool.listeners == ()
        pool.listeners = (fail, listen)
        lease = await pool.acquire()
        with pytest.raises(DBConnectionError):
            await pool.acquire()
        pool.give_back_broken(lease, OSError())
        await turns()
        server.behaviour["heal"] = OSError()
        lease = pool.take()  # type: ignore[assignment]
        pool.give_back_broken(lease, OSError())
        await turns()
        assert heard == ["opened", "acquired_after_wait", "timeout", "healed", "heal_failed", "closed"]

    run(main)


def test_options_that_make_no_sense_are_refused():
    for bad in (
        {"min_size": 3, "max_size": 2},
        {"min_size": -1, "max_size": 2},
        {"min_size": 0, "max_size": 0},
        {"min_size": 0, "max_size": 1, "heal_timeout": 0},
        {"min_size": 0, "max_size": 1, "acquire_timeout": -1.0},
    ):
        with pytest.raises(ConfigurationError):
            PoolOptions(**bad)  # type: ignore[arg-type]


# -- all of it at once -----------------------------------------------------------------------------


async def patiently(pool: Pool) -> Lease:
    """A lease, however slow the machine is: the time limits of a stressed pool are short."""
    for _ in range(20):
        try:
            return await pool.acquire(True)
        except DBConnectionError:
            await asyncio.sleep(0.01)
    return await pool.acquire(True)


FRESH_SEED = int(os.environ.get("TORTOISE_TEST_SEED") or random.randrange(1 << 30))


@pytest.mark.parametrize("seed", [1, 2, 3, FRESH_SEED], ids=["1", "2", "3", "fresh"])
@pytest.mark.parametrize("shares", [False, True])
def test_the_books_stay_right_under_stress(seed: int, shares: bool):
    print(f"seed {seed} (repeat with TORTOISE_TEST_SEED={seed})")
    rng = random.Random(seed)

    class Rough(Server):
        async def act(self, action: str) -> None:
            await asyncio.sleep(rng.choice([0, 0, 0, 0.0005]))
            if rng.random() < 0.1:
                raise OSError(f"{action} failed")
            if rng.random() < 0.02 and action != "login":
                await asyncio.sleep(3600)

    async def main() -> None:
        server = Rough()
        pool = pool_of(
            server, 3, 1, shares, acquire_timeout=0.05, heal_timeout=0.01, connect_timeout=0.01, max_lifetime=0.05
        )
        users: dict[Lease, list[bool]] = {}

        async def work() -> None:
            exclusive = rng.random() < 0.3
            lease = pool.take(exclusive)
            assert lease is None or not lease.broken, "a broken lease was lent"
            lease = lease or await pool.acquire(exclusive)
            mine = users.setdefault(lease, [])
            mine.append(exclusive or not shares)
            assert len(mine) == 1 or not any(mine), "an exclusive lease was lent twice"
            error: Optional[BaseException] = None
            try:
                await asyncio.sleep(rng.choice([0, 0, 0.001]))
            except asyncio.CancelledError as cancelled:
                error = cancelled
            mine.remove(exclusive or not shares)
            choice = rng.random()
            if choice < 0.1:
                lease.session.closed = True
            if error is not None or choice < 0.3:
                pool.give_back_broken(lease, error)
            else:
                pool.give_back(lease)
            check_books(pool)

        async def torment(task: asyncio.Task[None]) -> None:
            await asyncio.sleep(rng.random() * 0.02)
            task.cancel()

        for _ in range(6):
            tasks = [asyncio.ensure_future(work()) for _ in range(60)]
            pests = [asyncio.ensure_future(torment(task)) for task in rng.sample(tasks, 20)]
            while not all(task.done() for task in tasks):
                check_books(pool)
                await asyncio.sleep(0)
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                assert result is None or isinstance(result, (DBConnectionError, asyncio.CancelledError)), repr(result)
            await asyncio.gather(*pests)

        await until(lambda: pool.stats().held == pool.stats().healing == 0)
        rng.random = lambda: 0.5  # type: ignore[method-assign]  # peace
        await until(lambda: pool.stats().opening == 0)
        leases = [await patiently(pool) for _ in range(3)]
        assert len(set(leases)) == 3 and check_books(pool).size == 3
        for lease in leases:
            pool.give_back(lease)
        await pool.close(1.0)
        assert check_books(pool).size == 0
        await until(lambda: pool._stock._tasks == set())  # a close that hung was cancelled a moment ago

    run(main)


# -- what lay idle ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shares", [False, True])
def test_a_session_that_has_something_to_say_is_looked_after_before_it_is_used(
    monkeypatch: pytest.MonkeyPatch, shares: bool
):
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, 2, shares)
        first = await pool.acquire(True)
        second = await pool.acquire(True)
        pool.give_back(first)
        pool.give_back(second)
        server.sessions[second.session.number - 1].has_unread = True  # type: ignore[attr-defined]  # a fake
        assert pool.take() is second, "it was used a moment ago"
        pool.give_back(second)
        monkeypatch.setattr(pool_module, "TRUSTED", -1.0)
        assert pool.take() is first, "the next one stands in"
        assert check_books(pool).healing == 1 and second.holder is None
        pool.give_back(first)
        server.sessions[second.session.number - 1].has_unread = False  # type: ignore[attr-defined]  # a fake
        await check_full_service(pool, server)
        assert pool.stats().total_healed == 1 and server.connects == 2

    run(main)


def test_sessions_lost_while_idle_are_replaced_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def main() -> None:
        monkeypatch.setattr(pool_module, "TRUSTED", -1.0)
        server = Server()
        pool = pool_of(server, 2, 2)
        await pool.acquire()
        pool.terminate()
        pool = pool_of(server, 2, 2)
        pool.give_back(await pool.acquire())
        await until(lambda: pool.stats().ready == 2)

        async def fail(session: FakeSession) -> None:
            session.closed = True
            raise ConnectionResetError("by peer")

        for session in server.sessions[1:]:
            session.has_unread = True
            monkeypatch.setattr(session, "heal", partial(fail, session))
        lease = await pool.acquire()
        assert not lease.session.closed and pool.stats().total_heal_failed == 2
        pool.give_back(lease)
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []

    run(main)


def test_a_session_is_replaced_after_so_many_uses():
    async def main() -> None:
        server = Server()
        pool = CountingPool(server.connect, PoolOptions(0, 1, max_uses=3), name="main")  # type: ignore[arg-type]
        seen = []
        for _ in range(7):
            lease = await pool.acquire()
            seen.append(lease.session.number)  # type: ignore[attr-defined]  # a fake
            pool.give_back(lease)
        assert seen == [1, 1, 1, 2, 2, 2, 3]
        await until(lambda: server.alive == 1)

    run(main)


def test_inactive_sessions_are_replaced_also_those_of_min_size():
    async def main() -> None:
        server = Server()
        pool = pool_of(server, 2, 1, max_inactive=0.02)
        pool.give_back(await pool.acquire())
        await until(lambda: server.connects >= 3)
        assert check_books(pool).size == 1
        await pool.close()

    run(main)
