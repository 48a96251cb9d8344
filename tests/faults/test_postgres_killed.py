"""Server processes of PostgreSQL killed: what was acknowledged is there, and the next query works."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable
from uuid import uuid4

import pytest
from fault_models import Entry, Note
from load import Load
from places import store

from tortoise.exceptions import ConnectionLostError, DBConnectionError, IntegrityError, TransactionManagementError
from tortoise.transactions import in_transaction

pytestmark = [pytest.mark.fault, pytest.mark.postgres]

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


async def one_row() -> None:
    await Note.create(text="kept")


def test_backends_killed_under_load(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        async with store(kind, tmp_path, max_size=5) as place:
            load = Load(workers=8)
            working = asyncio.ensure_future(load.run())
            killed = 0
            for _ in range(15):
                await load.gain(12)
                killed += await place.place.kill_backends()
            await load.gain(12)
            load.stop()
            await working
            assert killed >= 30 and sum(load.errors.values()) >= 15, (killed, load.errors)
            assert all(issubclass(error, ConnectionLostError) for error in load.errors), load.errors
            await place.settle()
            await load.check()
            await place.check()

    run(main)


def test_the_query_after_a_kill_works(run: Run, kind: str, tmp_path: Path):
    """Sessions that were killed while nobody used them are replaced before anybody notices."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=4) as place:
            for _ in range(3):
                await place.check_pool()
                assert await place.place.kill_backends() == place.stats.size == 4
                await asyncio.sleep(0.05)
                assert await Note.all().count() == 0
                assert await place.check() == 0

    run(main)


@pytest.mark.parametrize("work", [Note.all().count, one_row], ids=["read", "write"])
def test_the_query_after_a_kill_that_nobody_has_noticed_yet(
    run: Run, kind: str, tmp_path: Path, work: Callable[[], Any]
):
    """The loop had no time to see the end of the connection; that is looked for before anything is sent."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:
            for _ in range(3):
                await work()
                kill_in_thread(place.place)
                await work()
            assert place.stats.total_heal_failed == 3
            await place.check()

    def kill_in_thread(where: Any) -> None:
        """Kill from another thread's loop, while ours stands still."""
        thread = threading.Thread(target=lambda: asyncio.run(where.kill_backends()))
        thread.start()
        thread.join()
        time.sleep(0.05)

    run(main)


@pytest.mark.parametrize("moment", ["before a statement", "during a statement", "before the commit", "nested"])
def test_a_backend_killed_inside_a_transaction(run: Run, kind: str, tmp_path: Path, moment: str):
    """Nothing is kept, the block says so, and the next one works."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:

            async def work() -> None:
                async with in_transaction() as connection:
                    await Note.create(text="lost")
                    if moment == "during a statement":
                        asyncio.get_running_loop().call_later(0.05, lambda: tasks.append(kill()))
                        await connection.fetch(place.place.slow, ())
                    elif moment == "nested":
                        async with in_transaction():
                            await Note.create(text="lost")
                            await kill()
                            await Note.create(text="lost")
                    await kill()
                    if moment == "before a statement":
                        await Note.create(text="lost")

            def kill() -> asyncio.Future[int]:
                return asyncio.ensure_future(place.place.kill_backends())

            tasks: list[asyncio.Future[int]] = []
            with pytest.raises(DBConnectionError):
                await work()
            await asyncio.gather(*tasks)
            async with in_transaction():
                await Note.create(text="kept")
            assert await place.check() == 1

    run(main)


def test_a_commit_that_the_server_turned_into_a_rollback_is_told(run: Run, kind: str, tmp_path: Path):
    """PostgreSQL answers COMMIT with ROLLBACK, without an error, once a statement of the transaction failed."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            await Entry.create(id=1, worker=0)
            with pytest.raises(TransactionManagementError):
                async with in_transaction():
                    await Entry.create(id=2, worker=0)
                    with pytest.raises(IntegrityError):
                        await Entry.create(id=1, worker=0)
            assert [entry.id for entry in await Entry.all()] == [1]
            async with in_transaction():
                await Entry.create(id=3, worker=0)
                with pytest.raises(IntegrityError):
                    async with in_transaction():
                        await Entry.create(id=1, worker=0)
                await Entry.create(id=4, worker=0)
            assert {entry.id for entry in await Entry.all()} == {1, 3, 4}
            await place.check()

    run(main)


def test_a_server_that_hangs_up_on_idle_transactions(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        settings = "idle_in_transaction_session_timeout%3D100"
        async with store(kind, tmp_path, max_size=2, server_settings=settings) as place:
            with pytest.raises(DBConnectionError):
                async with in_transaction():
                    await Note.create(text="lost")
                    await asyncio.sleep(0.3)
                    await Note.create(text="lost")
            assert await place.check() == 0

    run(main)


def test_the_ordinary_path_resets_nothing_and_raw_sql_leaves_nothing(run: Run, kind: str, tmp_path: Path):
    """What a URL says holds for the life of a session; what SQL by hand has set is gone for the next user."""
    role = f"tortoise_faults_{uuid4().hex[:12]}"
    look = "SELECT current_setting('work_mem'), current_user, current_setting('application_name')"

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1, application_name="mine") as place:
            connection, before = place.connection, place.stats.total_healed
            for number in range(20):
                await Note.create(text="kept")
                async with in_transaction():
                    await Note.filter(number=number).update(number=0)
            (found,) = await connection.fetch(look, ())
            assert place.stats.total_healed == before and found[2] == "mine"
            spoil = f"SET work_mem = '9MB'; SET application_name = 'other'; SET ROLE {role}"
            await place.place.ask(f"CREATE ROLE {role}")
            try:
                await connection.execute_script(spoil)
                assert await connection.fetch(look, ()) == [found]
                async with in_transaction() as transaction:
                    await transaction.execute_script(spoil)
                    assert (await transaction.fetch(look, ()))[0][1] == role
                assert await connection.fetch(look, ()) == [found]
                async with connection.acquire_connection() as library:
                    await library.execute(spoil)
                assert await connection.fetch(look, ()) == [found]
            finally:
                await place.place.ask(f"DROP ROLE {role}")
            assert place.stats.total_healed == before + 3 and place.stats.total_opened == 1

    run(main)
