"""Reading while a write waits: the readers of a file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Callable

import pytest

from tortoise import Tortoise, connections, fields
from tortoise.exceptions import ConfigurationError
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.dialect.driver import Target
from tortoise_core.session.connection import Connection
from tortoise_dialect_sqlite.options import opening_of

#: seconds that a statement takes which is not held up, with much to spare
SOON = 1.0
#: takes many times as long as other statements
SLOW = (
    "SELECT SUM(i) FROM "
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT i FROM n)"
)


class Line(Model):
    id = fields.IntField(primary_key=True)
    text = fields.CharField(max_length=20)


def run(path: Path, body: Callable[[], Awaitable[Any]], options: str = "") -> Any:
    async def main() -> Any:
        await Tortoise.init(db_url=f"sqlite://{path}?{options}", modules={"models": [__name__]})
        try:
            await Tortoise.generate_schemas()
            return await body()
        finally:
            await Tortoise.close_connections()

    return asyncio.run(main())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that is not there yet."""
    return tmp_path / "lines.db"


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes, and lets nobody write beside."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


WRITES: dict[str, Callable[[], Awaitable[Any]]] = {
    "create": lambda: Line.create(text="b"),
    "update": lambda: Line.all().update(text="b"),
    "delete": lambda: Line.filter(id=99).delete(),
    "bulk": lambda: Line.bulk_create([Line(text="b")]),
    "raw": lambda: connections.get("default").execute_query("UPDATE line SET text = 'b'"),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_waits_holds_up_no_reader(path: Path, write: str) -> None:
    async def body() -> None:
        await Line.create(text="a")
        with locked(path):
            writing = asyncio.ensure_future(WRITES[write]())
            await asyncio.sleep(0.05)
            for _ in range(5):
                assert await asyncio.wait_for(Line.all().values_list("text", flat=True), SOON) == ["a"]
            results = await asyncio.wait_for(asyncio.gather(*(Line.all().count() for _ in range(20))), SOON)
            assert results == [1] * 20
            assert not writing.done()
        await writing

    run(path, body)


@pytest.mark.parametrize("options", ["readers=1", "readers=3", "readers=0"])
def test_what_a_task_wrote_it_reads(path: Path, options: str) -> None:
    """Also where others write all the time, so that the read goes to a reader."""

    async def body() -> int:
        async def write_and_read(lane: int) -> int:
            seen = 0
            for number in range(40):
                text = f"{lane}:{number}"
                line = await Line.create(text=text)
                seen += (await Line.get(id=line.id)).text == text
                line.text += "!"
                await line.save()
                seen += await Line.filter(text=text + "!").count()
                await line.delete()
                seen += not await Line.filter(id=line.id).exists()
            return seen

        return sum(await asyncio.gather(*(write_and_read(lane) for lane in range(6))))

    assert run(path, body, options) == 6 * 40 * 3


def test_a_transaction_reads_what_it_wrote(path: Path) -> None:
    async def body() -> None:
        async def inside() -> None:
            async with in_transaction():
                await Line.create(text="x")
                assert await Line.all().count() == 1
                await asyncio.sleep(0.02)
                assert await Line.all().count() == 1
                raise ZeroDivisionError

        async def outside() -> None:
            for _ in range(20):
                assert await Line.all().count() == 0
                await asyncio.sleep(0.001)

        results = await asyncio.gather(inside(), outside(), return_exceptions=True)
        assert [type(result) for result in results] == [ZeroDivisionError, type(None)]
        assert await Line.all().count() == 0

    run(path, body)


@pytest.mark.parametrize(("readers", "held_up"), [(1, True), (2, False)])
def test_a_long_read_holds_up_others_unless_there_are_more_readers(path: Path, readers: int, held_up: bool) -> None:
    async def body() -> float:
        await Line.create(text="a")
        connection = connections.get("default")
        long = asyncio.ensure_future(connection.fetch(SLOW, ()))
        await asyncio.sleep(0.05)
        started = time.perf_counter()
        assert await Line.all().count() == 1
        took, ended = time.perf_counter() - started, long.done()
        await long
        assert ended is held_up
        return took

    run(path, body, f"readers={readers}")


def test_readers_cannot_write(path: Path) -> None:
    async def body() -> Any:
        with locked(path):
            writing = asyncio.ensure_future(Line.create(text="b"))
            await asyncio.sleep(0.02)
            rows = await connections.get("default").fetch("SELECT * FROM pragma_query_only", ())
        await writing
        return [tuple(row) for row in rows]

    assert run(path, body) == [(1,)]


def test_a_cancelled_read_leaves_readers_that_serve(path: Path) -> None:
    async def body() -> None:
        with locked(path):
            writing = asyncio.ensure_future(Line.create(text="b"))
            await asyncio.sleep(0.02)
            reading = asyncio.ensure_future(connections.get("default").fetch(SLOW, ()))
            await asyncio.sleep(0.05)
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
        await asyncio.wait_for(writing, 5)
        with locked(path):
            writing = asyncio.ensure_future(Line.create(text="c"))
            await asyncio.sleep(0.02)
            assert await asyncio.wait_for(Line.all().count(), SOON) == 1
        await writing

    run(path, body)


@pytest.mark.parametrize("delay", [0, 0.001, 0.01])
def test_a_cancelled_opening_of_a_reader_leaves_no_thread(path: Path, delay: float) -> None:
    async def body() -> None:
        with locked(path):
            writing = asyncio.ensure_future(Line.create(text="b"))
            await asyncio.sleep(0.02)
            readings = [asyncio.ensure_future(Line.all().count()) for _ in range(3)]
            await asyncio.sleep(delay)
            for reading in readings:
                reading.cancel()
            await asyncio.gather(*readings, return_exceptions=True)
            assert await asyncio.wait_for(Line.all().count(), SOON) == 0
        await asyncio.wait_for(writing, 5)

    before = threading.active_count()
    run(path, body)
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= before  # those of tests before may have ended meanwhile


def test_the_pool_dropped_while_readers_work(path: Path) -> None:
    async def body() -> None:
        with locked(path):
            writing = asyncio.ensure_future(Line.create(text="b"))
            await asyncio.sleep(0.02)
            reading = asyncio.ensure_future(connections.get("default").fetch(SLOW, ()))
            await asyncio.sleep(0.05)
            connection = connections.get("default")
            assert isinstance(connection, Connection)
            connection.pool.terminate()
        done = await asyncio.wait_for(asyncio.gather(writing, reading, return_exceptions=True), 10)
        assert all(isinstance(result, Exception) for result in done)

    run(path, body)


@pytest.mark.parametrize(
    ("database", "options", "count"),
    [
        ("x.db", {}, 1),
        ("x.db", {"readers": "3"}, 3),
        ("x.db", {"readers": 0}, 0),
        ("x.db", {"journal_mode": "DELETE", "readers": 3}, 0),
        (":memory:", {"readers": 3}, 0),
        ("x", {"mode": "memory", "cache": "shared"}, 0),
    ],
)
def test_how_many(database: str, options: dict[str, Any], count: int) -> None:
    assert opening_of(Target("sqlite", database, options=options)).readers == count


@pytest.mark.parametrize("value", ["many", "-1", "1.5", ""])
def test_numbers_that_are_none(value: str) -> None:
    with pytest.raises(ConfigurationError, match="readers"):
        opening_of(Target("sqlite", "x.db", options={"readers": value}))
