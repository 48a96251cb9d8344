"""Cancellations from outside, at any time: while connecting, while the server works, and many at once."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import pytest
from fault_models import Note
from places import store
from stepping import MODES, cancelled_at_every_step

from tortoise.transactions import in_transaction
from tortoise_core.base.errors import BaseORMException, TransactionManagementError

pytestmark = pytest.mark.fault

Run = Callable[[Callable[[], Awaitable[Any]]], Any]

#: how many times as much as usual is tried
SHARE = float(os.environ.get("TORTOISE_TEST_EXAMPLES") or 1)
#: of the tasks of a round this many are cancelled: 200 in all
ROUNDS, CANCELLED = 17, 12

FRESH_SEED = int(os.environ.get("TORTOISE_TEST_SEED") or random.randrange(1 << 30))


async def cancel_after(seconds: float, work: Awaitable[Any]) -> float:
    """Cancel `work` after a while; how many seconds it took to end."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(seconds)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - started


@pytest.mark.parametrize("mode", MODES)
def test_the_first_connect_cancelled_at_every_step(run: Run, kind: str, tmp_path: Path, mode: str):
    """Known defect 19."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:

            async def first_statement() -> None:
                await place.connection.fetch("SELECT 1", ())

            steps = 0
            await place.connection.close()
            async for step, outcome in cancelled_at_every_step(first_statement, mode):
                steps = step
                assert outcome is None or isinstance(outcome, asyncio.CancelledError), repr(outcome)
                assert await place.connection.fetch("SELECT 2", ())
                await place.check_pool()
                assert place.stats.total_opened <= 2, "the connection of the cancelled task was lost"
                await place.connection.close()
            assert steps >= 2

    run(main)


def test_closing_while_connecting_leaves_no_session(run: Run, kind: str, tmp_path: Path):
    """Known defect 19: nothing of a cancelled connect is left on the server after the close."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            for turns in range(0, 40, 3):
                await place.connection.close()
                task = asyncio.ensure_future(place.connection.fetch("SELECT 1", ()))
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait({task})
                started = time.monotonic()
                await place.connection.close()
                assert time.monotonic() - started < 3
            await place.check_no_session()

    run(main)


def test_a_transaction_cancelled_some_turns_after_its_start(run: Run, kind: str, tmp_path: Path):
    """Known defect 16: neither is the only session lost, nor does the close hang."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:

            async def work() -> None:
                async with in_transaction():
                    await Note.create(text="one")
                    await Note.create(text="two")

            for turns in range(26):
                task = asyncio.ensure_future(work())
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait({task})
                if turns % 5 == 4:  # with what the cancellation left to be done still under way
                    started = time.monotonic()
                    await place.context.close_connections()
                    assert time.monotonic() - started < 3
                    await place.context.generate_schemas()
                assert await asyncio.wait_for(Note.all().count(), 5) % 2 == 0
                assert await place.check() % 2 == 0

    run(main)


@pytest.mark.parametrize("inside", ["a connection", "a transaction", "a nested transaction"])
def test_a_long_statement_is_cancelled(run: Run, kind: str, tmp_path: Path, inside: str):
    """The task ends at once, and the server stops working for nobody."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:

            async def work() -> None:
                if inside == "a connection":
                    await place.context.db().fetch(place.place.slow, ())
                async with in_transaction() as outer:
                    await Note.create(text="undone")
                    if inside == "a transaction":
                        await outer.fetch(place.place.slow, ())
                    async with in_transaction() as nested:
                        await nested.fetch(place.place.slow, ())

            assert await cancel_after(0.1, work()) < 2
            assert await asyncio.wait_for(place.check(), 4) == 0

    run(main)


def test_a_timeout_around_a_transaction_is_a_timeout(run: Run, kind: str, tmp_path: Path):
    """Known defect 21, where there is nothing to be confused with."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:

            async def work() -> None:
                async with in_transaction() as connection:
                    await Note.create(text="undone")
                    await connection.fetch(place.place.slow, ())

            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(work(), 0.1)
            assert await place.check() == 0

    run(main)


def test_a_statement_given_up_inside_a_transaction(run: Run, kind: str, tmp_path: Path):
    """What it did is unknown, so the block cannot be kept, even if its body goes on; a nested block can be given up."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:

            async def give_up(nested: bool) -> None:
                slow = in_nested() if nested else place.context.db().fetch(place.place.slow, ())
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(slow, 0.1)

            async def in_nested() -> None:
                async with in_transaction() as block:
                    await block.fetch(place.place.slow, ())

            with pytest.raises(TransactionManagementError, match="cancelled"):
                async with in_transaction():
                    await Note.create(text="undone")
                    await give_up(nested=False)
                    with pytest.raises(TransactionManagementError, match="cancelled"):
                        await Note.create(text="refused")
            assert await place.check() == 0
            async with in_transaction():
                await Note.create(text="kept")
                await give_up(nested=True)
                await Note.create(text="kept")
            assert await place.check() == 2

    run(main)


def test_closing_while_a_long_statement_runs(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            for script in (False, True):
                connection = place.connection
                await connection.ready()
                call = connection.execute_script(place.place.slow) if script else connection.fetch(place.place.slow, ())
                task = asyncio.ensure_future(call)
                await asyncio.sleep(0.05)
                started = time.monotonic()
                await connection.pool.close(0.1)
                assert time.monotonic() - started < 1
                with pytest.raises(BaseORMException):
                    await asyncio.wait_for(task, 3)
                await connection.close()

    run(main)


@pytest.mark.parametrize("seed", [1, FRESH_SEED], ids=["1", "fresh"])
def test_many_tasks_cancelled_at_random(run: Run, kind: str, tmp_path: Path, seed: int):
    print(f"seed {seed} (repeat with TORTOISE_TEST_SEED={seed})")
    rng = random.Random(seed)

    async def pair() -> None:
        async with in_transaction():
            await Note.create(text="pair")
            if rng.random() < 0.3:
                async with in_transaction():
                    await Note.create(text="pair")
            else:
                await Note.create(text="pair")

    async def read() -> None:
        assert await Note.filter(text="pair").count() % 2 == 0, "half a transaction was seen"

    async def main() -> None:
        async with store(kind, tmp_path, max_size=3) as place:
            whole = 0
            tries = max(1, round(ROUNDS * SHARE))
            for _ in range(tries):
                tasks = [asyncio.ensure_future(rng.choice([pair, pair, read])()) for _ in range(30)]
                for task in rng.sample(tasks, CANCELLED):
                    await asyncio.sleep(rng.random() * 0.003)
                    task.cancel()
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    assert result is None or isinstance(result, asyncio.CancelledError), repr(result)
                    whole += result is None
            assert whole >= 12 * tries, "too few came through to prove anything"
            assert await place.check() % 2 == 0

    run(main)
