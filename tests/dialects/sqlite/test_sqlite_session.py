"""The aiosqlite driver: statements, transactions, cancellation and the end of a session."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from typing import Any, Callable

import pytest

from tortoise_core.base.errors import ConfigurationError, ErrorKind
from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.clients.aiosqlite import connect, driver
from tortoise_dialect_sqlite.errors import classify
from tortoise_dialect_sqlite.jobs import split_script

Run = Callable[..., Any]

#: runs long enough to be cancelled, and ends when it is interrupted
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000) SELECT SUM(i) FROM n"


def test_statements(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await session.script("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)")
        assert await session.fetch("INSERT INTO t (b) VALUES (?) RETURNING a", ("x",)) == [(1,)]
        assert await session.execute("INSERT INTO t (b) VALUES (?), (?)", ("y", "y")) == 2
        assert await session.execute("UPDATE t SET b = ? WHERE b = ?", ("z", "y")) == 2
        assert await session.execute("DELETE FROM t WHERE b = ?", ("none",)) == 0
        assert await session.query("SELECT a, b AS c FROM t WHERE a > ?", (1,)) == (["a", "c"], [(2, "z"), (3, "z")], 2)
        assert await session.query("DELETE FROM t", ()) == ([], [], 3)

    on_session(body)


def test_a_script_does_not_commit(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await session.script("CREATE TABLE t (a)")
        await session.begin()
        await session.script("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);")
        await session.rollback()
        assert await session.fetch("SELECT * FROM t", ()) == []

    on_session(body)


def test_split_script() -> None:
    trigger = "CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t; SELECT 1; END;"
    assert split_script(f"SELECT ';' /* ; */;{trigger}\n-- ;\nSELECT 2") == [
        "SELECT ';' /* ; */;",
        trigger,
        "\n-- ;\nSELECT 2",
    ]


def test_savepoints(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        await session.script("CREATE TABLE t (a)")
        await session.begin()
        for value, kept in ((1, True), (2, False), (3, True)):
            await session.savepoint("s")
            await session.execute("INSERT INTO t VALUES (?)", (value,))
            await (session.release("s") if kept else session.rollback_to("s"))
        await session.commit()
        return await session.fetch("SELECT a FROM t ORDER BY a", ())

    assert on_session(body) == [(1,), (3,)]


def test_commit_after_sqlite_rolled_back_is_an_error(on_session: Run) -> None:
    async def body(session: Any) -> ErrorKind:
        await session.script("CREATE TABLE t (a UNIQUE); INSERT INTO t VALUES (1)")
        await session.begin()
        with pytest.raises(sqlite3.IntegrityError):
            await session.execute("INSERT OR ROLLBACK INTO t VALUES (1)", ())
        with pytest.raises(sqlite3.OperationalError) as caught:
            await session.commit()
        await session.rollback()
        info = classify(caught.value)
        assert info is not None
        return info.kind

    assert on_session(body) is ErrorKind.TRANSACTION


def test_transactions_lock_from_the_start(on_session: Run) -> None:
    async def body(one: Any, two: Any) -> Any:
        await one.begin()
        with pytest.raises(sqlite3.OperationalError) as caught:
            await two.begin()
        await one.rollback()
        return classify(caught.value)

    info = on_session(body, 2, busy_timeout=1)
    assert info.kind is ErrorKind.LOCK_TIMEOUT


def test_readers_go_on_while_a_transaction_is_open(on_session: Run) -> None:
    async def body(writer: Any, reader: Any) -> Any:
        await writer.script("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        await writer.begin()
        await writer.execute("INSERT INTO t VALUES (2)", ())
        before = await reader.fetch("SELECT COUNT(*) FROM t", ())
        await writer.commit()
        return before, await reader.fetch("SELECT COUNT(*) FROM t", ())

    assert on_session(body, 2, busy_timeout=1) == ([(1,)], [(2,)])


def test_statements_of_many_tasks_queue(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        results = await asyncio.gather(*[session.fetch("SELECT ?", (i,)) for i in range(100)])
        return [rows[0][0] for rows in results]

    assert on_session(body) == list(range(100))


def test_heal_stops_what_runs_and_rolls_back(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        await session.script("CREATE TABLE t (a)")
        await session.begin()
        await session.execute("INSERT INTO t VALUES (1)", ())
        task = asyncio.create_task(session.fetch(ENDLESS, ()))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(session.heal(), 5)
        await session.begin()  # impossible if one were open
        await session.rollback()
        return await session.fetch("SELECT * FROM t", ())

    assert on_session(body) == []


def test_terminate_neither_waits_nor_leaves_a_thread() -> None:
    async def body() -> None:
        session = await connect(Target("sqlite", ":memory:"))
        task = asyncio.create_task(session.fetch(ENDLESS, ()))
        await asyncio.sleep(0.05)
        session.terminate()
        session.terminate()
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            await asyncio.wait_for(task, 5)
        with pytest.raises(ValueError) as caught:
            await session.fetch("SELECT 1", ())
        info = classify(caught.value)
        assert info is not None and info.kind is ErrorKind.CONNECTION_LOST

    before = threading.active_count()
    asyncio.run(body())
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(5)
    assert threading.active_count() <= before


def test_terminate_after_the_loop_is_closed() -> None:
    async def body() -> Any:
        return await connect(Target("sqlite", ":memory:"))

    session = asyncio.run(body())
    session.terminate()
    assert session.closed


def test_a_program_that_forgets_to_close_ends() -> None:
    program = (
        "import asyncio\n"
        "from tortoise_core.dialect.driver import Target\n"
        "from tortoise_dialect_sqlite.clients.aiosqlite import connect\n"
        "kept = []\n"
        "async def main():\n"
        "    kept.append(await connect(Target('sqlite', ':memory:')))\n"
        "    print(await kept[0].fetch('SELECT 1', ()))\n"
        "asyncio.run(main())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[(1,)]\n", "")


ABANDONED = """
import asyncio
from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.clients.aiosqlite import connect

async def statement(delay):
    session = await connect(Target("sqlite", ":memory:"))
    task = asyncio.create_task(session.fetch(ENDLESS, ()))
    await asyncio.sleep(delay)
    task.cancel()
    session.terminate()

async def opening(delay):
    task = asyncio.create_task(connect(Target("sqlite", ":memory:")))
    await asyncio.sleep(delay)
    task.cancel()
    if task.done():
        await task.result().close()

for step in range(20):
    asyncio.run(statement(step * 0.0005))
    asyncio.run(opening(step * 0.0001))
"""


def test_a_loop_closed_right_after_a_cancellation_hears_of_no_thread() -> None:
    program = f"ENDLESS = {ENDLESS!r}\n{ABANDONED}"
    command = [sys.executable, "-X", "dev", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_heal_waits_for_what_was_queued(on_session: Run) -> None:
    async def body(session: Any) -> None:
        tasks = [asyncio.create_task(session.fetch(ENDLESS, ())) for _ in range(3)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.wait_for(session.heal(), 5)
        assert await asyncio.wait_for(session.fetch("SELECT 1", ()), 1) == [(1,)]

    on_session(body)


def test_pool_sizes() -> None:
    memory = [":memory:", "file::memory:"]
    assert [driver.pool_size(Target("sqlite", name)) for name in memory] == [(1, 1), (1, 1)]
    assert driver.pool_size(Target("sqlite", "file:x", options={"mode": "memory"})) == (1, 1)
    assert driver.pool_size(Target("sqlite", "some.db")) == (1, 5)


# -- options


async def setting(session: Any, name: str) -> Any:
    return (await session.fetch(f"PRAGMA {name}", ()))[0][0]


def test_defaults_of_a_file(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        return [await setting(session, name) for name in ("journal_mode", "foreign_keys", "busy_timeout")]

    assert on_session(body) == ["wal", 1, 5000]


def test_options_are_pragmas(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        return [await setting(session, n) for n in ("journal_mode", "foreign_keys", "busy_timeout", "cache_size")]

    options = {"journal_mode": "DELETE", "foreign_keys": False, "busy_timeout": "7", "cache_size": -300}
    assert on_session(body, **options) == ["delete", 0, 7, -300]


@pytest.mark.parametrize("name", ["no_such_pragma", "case_sensitive_like", "cache_size; DROP TABLE t", ""])
def test_unknown_options_are_refused(on_session: Run, name: str) -> None:
    async def body(session: Any) -> None:
        raise AssertionError("opened")

    with pytest.raises(ConfigurationError):
        on_session(body, **{name: "1"})


def test_values_of_options_are_quoted(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        await session.script("CREATE TABLE t (a)")
        return await session.fetch("SELECT COUNT(*) FROM t", ())

    assert on_session(body, cache_spill="1; DROP TABLE t; --'") == [(0,)]


@pytest.mark.parametrize("part", ["host", "user", "password", "port"])
def test_a_file_has_no_server(part: str) -> None:
    given: Any = {part: 1 if part == "port" else "x"}
    with pytest.raises(ConfigurationError, match=part):
        asyncio.run(connect(Target("sqlite", ":memory:", **given)))


def test_read_only(on_session: Run, database: str) -> None:
    async def create(session: Any) -> None:
        await session.script("CREATE TABLE t (a); INSERT INTO t VALUES (1)")

    async def read() -> Any:
        session = await connect(Target("sqlite", f"file:{database}", options={"mode": "ro"}))
        try:
            await session.begin()
            rows = await session.fetch("SELECT a FROM t", ())
            await session.commit()
            with pytest.raises(sqlite3.OperationalError) as caught:
                await session.execute("INSERT INTO t VALUES (2)", ())
        finally:
            await session.close()
        info = classify(caught.value)
        return rows, info and info.kind

    on_session(create)
    assert asyncio.run(read()) == ([(1,)], ErrorKind.READ_ONLY)
