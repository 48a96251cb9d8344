"""SQLite in the event loop itself: no threads, and fair all the same."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import pytest

from tortoise import Tortoise, connections, fields
from tortoise.exceptions import ConfigurationError, DBConnectionError
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.base.errors import ErrorKind
from tortoise_core.dialect.driver import Target
from tortoise_core.session.connection import Connection
from tortoise_dialect_sqlite.clients import aiosqlite, in_loop

Run = Callable[..., Any]


class Counter(Model):
    id = fields.IntField(primary_key=True)
    value = fields.IntField(default=0)


@pytest.fixture
def opener() -> Any:
    """The client under test."""
    return in_loop.connect


def run(url: str, body: Callable[[], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        await Tortoise.init(db_url=url, modules={"models": [__name__]})
        try:
            await Tortoise.generate_schemas()
            return await body()
        finally:
            await Tortoise.close_connections()

    return asyncio.run(main())


@pytest.fixture(params=[":memory:", "file"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in memory and one in a file, in the loop."""
    name = request.param if request.param == ":memory:" else f"{tmp_path}/x.db"
    return f"sqlite://{name}?in_loop=on"


def test_the_option_chooses_the_client() -> None:
    def chosen(**options: Any) -> Any:
        return aiosqlite.driver.serving(Target("sqlite", ":memory:", options=options))

    assert chosen() is chosen(in_loop="off") is chosen(in_loop=False) is aiosqlite.driver
    assert chosen(in_loop="on") is chosen(in_loop=True) is in_loop.driver
    with pytest.raises(ConfigurationError, match="in_loop"):
        chosen(in_loop="perhaps")


def test_no_thread_is_started(url: str) -> None:
    async def body() -> int:
        assert (await Counter.create(value=3)).id == 1
        assert await Counter.all().values_list("value", flat=True) == [3]
        connection = connections.get("default")
        assert isinstance(connection, Connection)
        assert connection.driver is in_loop.driver
        return threading.active_count()

    before = threading.active_count()
    assert run(url, body) == before


def test_other_tasks_have_their_turn(url: str) -> None:
    """A task that does nothing but statements neither keeps the others from running nor a time limit from ending it."""

    async def body() -> None:
        async def without_end() -> None:
            while True:
                await Counter.all().count()

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(without_end(), 0.05)
        assert await Counter.all().count() == 0

    run(url, body)


def test_transactions_of_many_tasks(url: str) -> None:
    async def body() -> int:
        await Counter.create(value=0)

        async def add() -> None:
            async with in_transaction():
                counter = await Counter.get(id=1)
                await asyncio.sleep(0)
                counter.value += 1
                await counter.save()

        await asyncio.gather(*(add() for _ in range(20)))
        return (await Counter.get(id=1)).value

    assert run(url, body) == 20


def test_a_write_waits_for_a_transaction_and_reads_do_not(tmp_path: Path) -> None:
    async def body() -> None:
        inside, done = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with in_transaction():
                await Counter.create(value=1)
                inside.set()
                await done.wait()

        holding = asyncio.ensure_future(hold())
        await inside.wait()
        writing = asyncio.ensure_future(Counter.create(value=2))
        await asyncio.sleep(0.03)
        assert not writing.done()
        assert await asyncio.wait_for(Counter.all().count(), 1) == 0
        done.set()
        await asyncio.wait_for(asyncio.gather(holding, writing), 2)
        assert await Counter.all().count() == 2

    run(f"sqlite://{tmp_path}/x.db?in_loop=on", body)


def test_patience_ends(on_session: Run) -> None:
    async def body(one: Any, two: Any) -> float:
        await one.script("CREATE TABLE t (a)")
        await one.begin()
        started = time.perf_counter()
        with pytest.raises(sqlite3.OperationalError) as caught:
            await two.execute("INSERT INTO t VALUES (1)", ())
        info = in_loop.driver.classify(caught.value)
        assert info is not None and info.kind is ErrorKind.LOCK_TIMEOUT
        await one.rollback()
        return time.perf_counter() - started

    assert 0.02 < on_session(body, 2, busy_timeout=60) < 2


def test_a_cancelled_wait_for_a_lock_leaves_nothing(tmp_path: Path) -> None:
    async def body() -> None:
        inside, done = asyncio.Event(), asyncio.Event()

        async def hold() -> None:
            async with in_transaction():
                inside.set()
                await done.wait()

        holding = asyncio.ensure_future(hold())
        await inside.wait()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(Counter.create(value=2), 0.03)
        done.set()
        await holding
        assert await Counter.all().count() == 0
        assert (await Counter.create(value=3)).value == 3

    run(f"sqlite://{tmp_path}/x.db?in_loop=on", body)


def test_sessions(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await session.script("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)")
        assert await session.fetch("INSERT INTO t (b) VALUES (?) RETURNING a", ("x",)) == [(1,)]
        assert await session.execute("INSERT INTO t (b) VALUES (?), (?)", ("y", "y")) == 2
        assert await session.execute("DELETE FROM t WHERE b = ?", ("none",)) == 0
        assert await session.query("SELECT a, b AS c FROM t WHERE a > ?", (1,)) == (["a", "c"], [(2, "y"), (3, "y")], 2)
        await session.begin()
        await session.savepoint("s")
        await session.execute("DELETE FROM t", ())
        await session.rollback_to("s")
        await session.savepoint("s")
        await session.execute("DELETE FROM t WHERE a = 1", ())
        await session.release("s")
        await session.commit()
        assert await session.fetch("SELECT a FROM t", ()) == [(2,), (3,)]
        await session.begin()
        await session.execute("DELETE FROM t", ())
        await session.heal()
        assert len(await session.fetch("SELECT a FROM t", ())) == 2
        with pytest.raises(sqlite3.OperationalError):
            await session.commit()
        session.terminate()
        with pytest.raises(sqlite3.ProgrammingError) as caught:
            await session.fetch("SELECT 1", ())
        info = in_loop.driver.classify(caught.value)
        assert info is not None and info.kind is ErrorKind.CONNECTION_LOST

    on_session(body)


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    async def body() -> None:
        raise AssertionError("opened")

    with pytest.raises(DBConnectionError, match="no directory"):
        run(f"sqlite://{tmp_path}/none/x.db?in_loop=on", body)
