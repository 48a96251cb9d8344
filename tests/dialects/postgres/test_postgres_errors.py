"""Errors that a real server raises, and what the dialect reads from them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Callable, Optional

import asyncpg
import pytest

from tortoise_core.base.errors import ErrorInfo, ErrorKind
from tortoise_core.dialect.driver import Target
from tortoise_dialect_postgres.clients.asyncpg import classify, driver

Run = Callable[..., Any]

TABLES = """
CREATE TEMP TABLE parent (
    id INT PRIMARY KEY, small SMALLINT, name VARCHAR(3) NOT NULL, CONSTRAINT low CHECK (small < 9)
);
CREATE TEMP TABLE child (a INT, b INT, parent_id INT REFERENCES parent (id), CONSTRAINT pair UNIQUE (a, b));
INSERT INTO parent VALUES (1, 1, 'x');
INSERT INTO child VALUES (1, 2, 1);
CREATE TEMP TABLE odd ("a b" INT, "C" INT, CONSTRAINT "odd one" UNIQUE ("a b", "C"));
INSERT INTO odd VALUES (1, 2);
"""
#: statement, parameters, kind, and where the server tells: constraint, columns
STATEMENTS: list[Any] = [
    ("INSERT INTO child VALUES (1, 2, NULL)", (), ErrorKind.UNIQUE, "pair", ("a", "b")),
    ("INSERT INTO odd VALUES ($1, 2)", (1,), ErrorKind.UNIQUE, "odd one", ("a b", "C")),
    ("INSERT INTO child (parent_id) VALUES ($1)", (5,), ErrorKind.FOREIGN_KEY, "child_parent_id_fkey", ("parent_id",)),
    ("INSERT INTO parent (id, name) VALUES ($1, NULL)", (2,), ErrorKind.NOT_NULL, None, ("name",)),
    ("INSERT INTO parent VALUES ($1, 9, 'x')", (2,), ErrorKind.CHECK, "low", ()),
    ("SELECT * FROM nowhere", (), ErrorKind.UNDEFINED, None, ()),
    ("SELECT nothing FROM parent", (), ErrorKind.UNDEFINED, None, ()),
    ("SELECT $1::text::int", ("abc",), ErrorKind.DATA, None, ()),
    ("SELECT $1::int", (2**40,), ErrorKind.DATA, None, ()),
    ("SELECT $1::int", ("text",), ErrorKind.DATA, None, ()),
    ("SELECT ($1::bigint)::int", (2**40,), ErrorKind.DATA, None, ()),
    ("SELECT $1::text", ("nul \0",), ErrorKind.DATA, None, ()),
    ("SELECT $1::text", ("\ud800",), ErrorKind.DATA, None, ()),
    ("INSERT INTO parent VALUES (3, 1, $1)", ("longer",), ErrorKind.DATA, None, ()),
    ("SELECT 1/$1::int", (0,), ErrorKind.DATA, None, ()),
    ("SELEC 1", (), ErrorKind.OPERATIONAL, None, ()),
    ("SELECT 1 FROM parent FOR UPDATE; SELECT 2", (1,), ErrorKind.OPERATIONAL, None, ()),
]


async def failure(call: Any) -> Optional[ErrorInfo]:
    """What the error of an awaitable that fails is read as."""
    with pytest.raises(BaseException) as caught:
        await call
    return classify(caught.value)


@pytest.mark.parametrize(("sql", "params", "kind", "constraint", "columns"), STATEMENTS)
def test_statements(on_session: Run, sql: str, params: Any, kind: ErrorKind, constraint: Any, columns: Any) -> None:
    async def body(session: Any) -> None:
        await session.script(TABLES)
        info = await failure(session.fetch(sql, params))
        assert info is not None
        assert (info.kind, info.constraint, info.columns) == (kind, constraint, columns), info

    on_session(body)


@pytest.mark.parametrize(("sql", "value", "code"), [("SELECT $1::int", 2**40, None), ("SELECT 1/$1::int", 0, "22012")])
def test_only_a_server_tells_a_code(on_session: Run, sql: str, value: int, code: Optional[str]) -> None:
    async def body(session: Any) -> None:
        info = await failure(session.fetch(sql, (value,)))
        assert info is not None and info.code == code

    on_session(body)


def test_locks(on_session: Run) -> None:
    async def body(one: Any, two: Any) -> None:
        await one.script("DROP TABLE IF EXISTS guarded; CREATE TABLE guarded (n INT)")
        await one.script("INSERT INTO guarded VALUES (1), (2)")
        await one.begin()
        await one.fetch("SELECT n FROM guarded WHERE n = 1 FOR UPDATE", ())
        info = await failure(two.fetch("SELECT n FROM guarded WHERE n = 1 FOR UPDATE NOWAIT", ()))
        assert info is not None and info.kind is ErrorKind.LOCK_NOT_AVAILABLE
        await two.script("SET lock_timeout = '20ms'")
        info = await failure(two.execute("UPDATE guarded SET n = 1 WHERE n = $1", (1,)))
        assert info is not None and info.kind is ErrorKind.LOCK_TIMEOUT
        await two.script("SET lock_timeout = 0; SET statement_timeout = '20ms'")
        info = await failure(two.execute("UPDATE guarded SET n = 1 WHERE n = $1", (1,)))
        assert info is not None and info.kind is ErrorKind.STATEMENT_TIMEOUT

    on_session(body, sessions=2)


def test_deadlock(on_session: Run) -> None:
    async def update(session: Any, n: int) -> Any:
        return await session.execute("UPDATE knot SET m = m + 1 WHERE n = $1", (n,))

    async def body(one: Any, two: Any) -> None:
        await one.script(
            "DROP TABLE IF EXISTS knot; CREATE TABLE knot (n INT, m INT); INSERT INTO knot VALUES (1, 0), (2, 0)"
        )
        for session, n in ((one, 1), (two, 2)):
            await session.begin()
            await session.execute("SET LOCAL deadlock_timeout = '20ms'", ())
            await update(session, n)
        results = await asyncio.gather(update(one, 2), update(two, 1), return_exceptions=True)
        kinds = [info.kind for result in results if isinstance(result, Exception) and (info := classify(result))]
        assert kinds == [ErrorKind.DEADLOCK]

    on_session(body, sessions=2)


def test_serialization(on_session: Run) -> None:
    async def body(one: Any, two: Any) -> None:
        await one.script("DROP TABLE IF EXISTS series; CREATE TABLE series (n INT); INSERT INTO series VALUES (1)")
        await one.begin()
        await one.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", ())
        await one.fetch("SELECT n FROM series", ())
        await two.execute("UPDATE series SET n = $1", (2,))
        info = await failure(one.execute("UPDATE series SET n = $1", (3,)))
        assert info is not None and info.kind is ErrorKind.SERIALIZATION

    on_session(body, sessions=2)


def test_transactions_that_cannot_go_on(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await session.begin()
        await failure(session.fetch("SELECT 1/0", ()))
        info = await failure(session.fetch("SELECT 1", ()))
        assert info is not None and info.kind is ErrorKind.TRANSACTION
        await session.rollback()
        await session.begin()
        await session.execute("SET TRANSACTION READ ONLY", ())
        info = await failure(session.script("CREATE TABLE never (n INT)"))
        assert info is not None and info.kind is ErrorKind.READ_ONLY

    on_session(body)


def test_a_client_side_time_limit(on_session: Run) -> None:
    async def body(session: Any) -> None:
        info = await failure(session.fetch("SELECT pg_sleep($1)", (5.0,)))
        # silence may come from the server or from the network between: the session has to prove itself
        assert info is not None and info.kind is ErrorKind.CONNECTION_TIMEOUT
        await session.heal()
        assert (await session.fetch("SELECT 1", ()))[0][0] == 1

    on_session(body, command_timeout="0.05")


def test_a_terminated_backend(on_session: Run) -> None:
    async def body(session: Any, killer: Any) -> None:
        (row,) = await session.fetch("SELECT pg_backend_pid()", ())
        sleeping = asyncio.ensure_future(failure(session.fetch("SELECT pg_sleep($1)", (20.0,))))
        await asyncio.sleep(0.05)
        await killer.fetch("SELECT pg_terminate_backend($1)", (row[0],))
        info = await sleeping
        assert info is not None and info.kind is ErrorKind.SHUTDOWN

    on_session(body, sessions=2)


def test_connecting(postgres_target: Target) -> None:
    targets = {
        ErrorKind.CONNECTION_REFUSED: replace(postgres_target, port=1),
        ErrorKind.UNKNOWN_DATABASE: replace(postgres_target, database="no such database"),
        ErrorKind.AUTHENTICATION: replace(postgres_target, user="no such user"),
    }
    for kind, target in targets.items():
        info = asyncio.run(failure(driver.connect(target)))
        assert info is not None and info.kind is kind, (kind, info)


def test_other_errors_are_none_of_the_database() -> None:
    assert classify(KeyError("x")) is None
    assert classify(asyncio.CancelledError()) is None


def test_a_session_in_an_unclear_state_counts_as_lost(on_session: Run) -> None:
    async def body(session: Any) -> None:
        sleeping = asyncio.ensure_future(session.fetch("SELECT pg_sleep(0.1)", ()))
        await asyncio.sleep(0.02)
        info = await failure(session.fetch("SELECT 1", ()))
        assert info is not None and info.kind is ErrorKind.CONNECTION
        await sleeping

    on_session(body)
    lost_track = classify(asyncpg.InternalClientError("cannot switch to state 15"))
    assert lost_track is not None and lost_track.kind is ErrorKind.CONNECTION_LOST
