"""Many rows at once: all or none, and each key with its row."""

from __future__ import annotations

import sqlite3
from typing import Any, Callable

import pytest

from tortoise_core.dialect.driver import BulkInsert
from tortoise_dialect_sqlite.clients import aiosqlite, in_loop
from tortoise_dialect_sqlite.link import Link
from tortoise_dialect_sqlite.options import Opening

Run = Callable[..., Any]
PLAN = BulkInsert("INSERT INTO t (b) VALUES (?)", "t", None, ("b",), "id")
SEQUENCE = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT UNIQUE)"
PLAIN = "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT UNIQUE)"
LOG = "CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, x)"
#: keys are no longer consecutive: each row brings another one
TWIN = (
    "CREATE TRIGGER twin AFTER INSERT ON t WHEN NEW.b NOT LIKE '%+' BEGIN INSERT INTO t (b) VALUES (NEW.b || '+'); END"
)
AUDIT = "CREATE TRIGGER audit AFTER INSERT ON t BEGIN INSERT INTO log (x) VALUES (NEW.b), (NEW.b); END"
SCHEMAS = [
    SEQUENCE,
    PLAIN,
    f"{LOG}; {PLAIN}",
    f"{SEQUENCE}; {TWIN}",
    f"{LOG}; {SEQUENCE}; {AUDIT}",
    f"{SEQUENCE}; {LOG}; {AUDIT}",
]


@pytest.fixture(params=[aiosqlite, in_loop], ids=["threads", "in_loop"])
def opener(request: pytest.FixtureRequest) -> Any:
    """Both clients."""
    return request.param.connect


async def check_keys(session: Any, names: list[str]) -> None:
    keys = await session.insert_many(PLAN, [(name,) for name in names])
    stored = dict(await session.fetch("SELECT b, id FROM t", ()))
    assert list(keys) == [stored[name] for name in names]


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("schema", SCHEMAS)
def test_keys_belong_to_their_rows(on_session: Run, schema: str, inside: bool) -> None:
    async def body(session: Any) -> None:
        await session.script(schema)
        if inside:
            await session.begin()
        await check_keys(session, ["x", "c"])
        await session.execute("INSERT INTO t (id, b) VALUES (?, ?)", (1000, "far"))
        await check_keys(session, ["b", "z", "a"])
        await session.execute("DELETE FROM t", ())
        await check_keys(session, ["b", "y", "a"])
        await check_keys(session, [])

    on_session(body)


def test_a_sequence_that_was_reset(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await session.script(SEQUENCE)
        await check_keys(session, ["a", "b"])
        await session.script("DELETE FROM sqlite_sequence")
        await check_keys(session, ["d", "c"])
        await session.script("UPDATE sqlite_sequence SET seq = 1")
        await check_keys(session, ["f", "e"])

    on_session(body)


@pytest.mark.parametrize("schema", [SEQUENCE, PLAIN])
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("key", [None, "id"])
def test_all_or_none(on_session: Run, schema: str, inside: bool, key: Any) -> None:
    async def body(session: Any) -> Any:
        await session.script(schema)
        plan = BulkInsert(PLAN.sql, "t", None, ("b",), key)
        if inside:
            await session.begin()
            await session.execute("INSERT INTO t (b) VALUES ('before')", ())
        with pytest.raises(sqlite3.IntegrityError):
            await session.insert_many(plan, [("a",), ("b",), ("a",)])
        if inside:
            await session.commit()
        return await session.fetch("SELECT b FROM t", ())

    assert on_session(body) == ([("before",)] if inside else [])


def test_rows_with_their_keys(on_session: Run) -> None:
    async def body(session: Any) -> Any:
        await session.script(PLAIN)
        plan = BulkInsert("INSERT INTO t (id, b) VALUES (?, ?)", "t", None, ("id", "b"))
        assert await session.insert_many(plan, [(7, "x"), (3, "y")]) is None
        return await session.fetch("SELECT id, b FROM t ORDER BY id", ())

    assert on_session(body) == [(3, "y"), (7, "x")]


def test_others_see_all_rows_or_none(on_session: Run) -> None:
    async def body(writer: Any, reader: Any) -> None:
        await writer.script(SEQUENCE)
        await writer.insert_many(PLAN, [(str(i),) for i in range(50)])
        assert await reader.fetch("SELECT COUNT(*) FROM t", ()) == [(50,)]

    on_session(body, 2)


def test_link_passes_plain_rows_on() -> None:
    link = Link(":memory:", opening=Opening(":memory:", False, False, ()))
    link.execute("CREATE TABLE t (a)")
    link.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
    assert link.execute("SELECT SUM(a) FROM t").fetchone() == (3,)
    link.close()
