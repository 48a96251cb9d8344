"""Advisory locks: who gets them, who waits, and that they end whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dialects.postgres.stores import SCHEMES, Store, administration, run
from tortoise.contrib.postgres.locks import advisory_lock
from tortoise.exceptions import (
    ConfigurationError,
    ConnectionLostError,
    LockNotAvailableError,
    LockTimeoutError,
    OperationalError,
    ParamsError,
    UnSupportedError,
)
from tortoise.transactions import in_transaction
from tortoise_core.dialect.driver import Target
from tortoise_dialect_postgres.commands.locks import lock_numbers
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


@pytest.fixture(params=SCHEMES)
def store(request: pytest.FixtureRequest, postgres_target: Target) -> Store:
    return Store(postgres_target, str(request.param))


class Watched:
    """The open context, and who looks at the server's locks from outside."""

    def __init__(self, context: Any, other: Any) -> None:
        self.context, self.other = context, other

    async def held(self) -> list[tuple[int, str]]:
        """(process, mode) of the advisory locks of this database."""
        rows = await self.other.fetch(
            "SELECT pid, mode FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database() ORDER BY pid"
        )
        return [(row[0], row[1]) for row in rows]

    async def settled(self) -> None:
        """Wait until no lock is held, as sessions that are cleaned let go of them."""
        for _ in range(200):
            if not await self.held():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(await self.held())


@asynccontextmanager
async def watched(store: Store, **options: Any) -> AsyncIterator[Watched]:
    async with store.open(**{"maxsize": 4, **options}) as context, administration(store.target) as other:
        yield Watched(context, other)
        assert await other.fetch("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") == []


class Oops(Exception):
    """What a body raises."""


KEYS: list[Any] = [0, 7, -(1 << 63), (1 << 63) - 1, "orders", "", "ü\ud800", (1, -2)]


@pytest.mark.parametrize("key", KEYS, ids=ascii)
@pytest.mark.parametrize("transaction", [False, True])
def test_one_at_a_time(store: Store, key: Any, transaction: bool) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            async with advisory_lock(key, transaction=transaction):
                assert [mode for _, mode in await seen.held()] == ["ExclusiveLock"]
                with pytest.raises(LockNotAvailableError) as caught:
                    async with advisory_lock(key, wait=False):
                        raise AssertionError
                assert caught.value.retryable and type(caught.value) is LockNotAvailableError
                async with advisory_lock("another", wait=False):
                    assert len(await seen.held()) == 2
            assert await seen.held() == []
            async with advisory_lock(key, wait=False):
                pass

    run(main)


def test_keys_stand_for_the_same_numbers_for_ever() -> None:
    assert lock_numbers("orders") == (-3049803464231846067,)
    assert lock_numbers(5) == (5,) and lock_numbers((1, 2)) == (1, 2)


@pytest.mark.parametrize("key", [1 << 63, (1 << 31, 0), (1, 2, 3), (), True, 1.0, None, b"x", ("a", "b")])
def test_keys_that_are_none(key: Any) -> None:
    with pytest.raises(ParamsError, match="64-bit"):
        lock_numbers(key)


def test_shared(store: Store) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            async with advisory_lock("k", shared=True), advisory_lock("k", shared=True):
                assert [mode for _, mode in await seen.held()] == ["ShareLock", "ShareLock"]
                with pytest.raises(LockNotAvailableError):
                    async with advisory_lock("k", wait=False):
                        raise AssertionError
            assert await seen.held() == []

    run(main)


def test_waiting(store: Store) -> None:
    """They take turns, and each sees what the one before did."""
    inside, most, done = [0], [0], []

    async def work(number: int) -> None:
        async with advisory_lock("turns", transaction=number % 2 == 0):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            await asyncio.sleep(0.005)
            inside[0] -= 1
            done.append(number)

    async def main() -> None:
        async with watched(store) as seen:
            await asyncio.gather(*(work(number) for number in range(12)))
            assert (most[0], sorted(done)) == (1, list(range(12)))
            assert await seen.held() == []

    run(main)


@pytest.mark.parametrize("transaction", [False, True])
def test_waiting_for_so_long(store: Store, transaction: bool) -> None:
    async def main() -> None:
        async with watched(store, maxsize=2, lock_timeout="7s") as seen:
            await seen.other.execute("SELECT pg_advisory_lock(5)")
            with pytest.raises(LockTimeoutError) as caught:
                async with advisory_lock(5, wait=0.05, transaction=transaction):
                    raise AssertionError
            assert caught.value.__cause__ is not None
            await seen.other.execute("SELECT pg_advisory_unlock(5)")
            async with in_transaction() as connection:
                async with advisory_lock(5, wait=0.5, transaction=transaction):
                    pass
                rows = await connection.execute_query_dict("SELECT current_setting('lock_timeout') AS t")
                assert rows == [{"t": "7s"}]
            assert await seen.held() == []

    run(main)


def test_a_lock_of_a_transaction_ends_with_it(store: Store) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            async with in_transaction():
                async with advisory_lock(1, transaction=True):
                    pass
                assert len(await seen.held()) == 1
            assert await seen.held() == []
            with pytest.raises(Oops):
                async with advisory_lock(1, transaction=True):
                    raise Oops
            assert await seen.held() == []

    run(main)


@pytest.mark.parametrize("error", [Oops(), asyncio.CancelledError()], ids=["error", "cancelled"])
def test_it_ends_with_the_body(store: Store, error: BaseException) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            before = seen.context.connections.connection("default").pool.stats()
            with pytest.raises(type(error)):
                async with advisory_lock("k"):
                    raise error
            assert await seen.held() == []
            assert seen.context.connections.connection("default").pool.stats().held == before.held == 0

    run(main)


def test_a_statement_that_fails_is_no_error_of_the_lock(store: Store) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            with pytest.raises(OperationalError, match="nowhere"):
                async with advisory_lock("k"):
                    await seen.context.db().execute_query("SELECT * FROM nowhere")
            assert await seen.held() == []

    run(main)


@pytest.mark.parametrize("transaction", [False, True])
def test_cancelled_at_every_moment(store: Store, transaction: bool) -> None:
    """While it is waited for, held or released: nothing is held afterwards, and the pool has all its sessions."""

    async def work(key: int) -> None:
        async with advisory_lock(key, transaction=transaction):
            await asyncio.sleep(0)

    async def main() -> None:
        async with watched(store, maxsize=2) as seen:
            async with advisory_lock(0):
                pass
            for steps in range(25):
                task = asyncio.ensure_future(work(1))
                for _ in range(steps):
                    await asyncio.sleep(0 if steps % 2 else 0.0003)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await seen.other.execute("SELECT pg_advisory_lock(2)")
            waiting = asyncio.ensure_future(work(2))
            await asyncio.sleep(0.05)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await seen.other.execute("SELECT pg_advisory_unlock(2)")
            await seen.settled()
            pool = seen.context.connections.connection("default").pool
            async with advisory_lock(1, wait=False), advisory_lock(2, wait=False, shared=True):
                assert pool.stats().held == 2
            assert pool.stats().held == 0

    run(main)


def test_a_session_that_is_lost_takes_its_lock_along(store: Store) -> None:
    async def main() -> None:
        async with watched(store) as seen:
            with pytest.raises(ConnectionLostError):
                async with advisory_lock("k"):
                    ((pid, _),) = await seen.held()
                    await seen.other.execute(f"SELECT pg_terminate_backend({pid})")
                    await seen.settled()
            with pytest.raises(Oops):
                async with advisory_lock("k"):
                    ((pid, _),) = await seen.held()
                    await seen.other.execute(f"SELECT pg_terminate_backend({pid})")
                    await seen.settled()
                    raise Oops
            async with advisory_lock("k", wait=False):
                pass

    run(main)


def test_somebody_else_let_go_of_it(store: Store) -> None:
    """A lock of a session that was counted down by hand is not there at the end, and that is told."""

    async def main() -> None:
        async with watched(store) as seen:
            with pytest.raises(ConnectionLostError, match="not held any more"):
                lock = advisory_lock(3)
                async with lock:
                    await lock._holder.fetch("SELECT pg_advisory_unlock(3)")
            assert await seen.held() == []

    run(main)


def test_a_pool_of_one(store: Store) -> None:
    async def main() -> None:
        async with watched(store, maxsize=1):
            with pytest.raises(ConfigurationError, match="max_size=2"):
                async with advisory_lock("k"):
                    raise AssertionError
            async with advisory_lock("k", transaction=True):
                pass

    run(main)


@pytest.mark.parametrize("transaction", [False, True])
def test_other_databases(transaction: bool) -> None:
    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, standard_dialect(), {}):
            with pytest.raises(UnSupportedError, match="advisory lock is PostgreSQL's; this connection is standard"):
                async with advisory_lock("k", transaction=transaction):
                    raise AssertionError
            assert recorder.statements == []

    run(main)
