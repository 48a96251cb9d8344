"""Sessions behind pgbouncer: how they know, what they keep off the server, and what they refuse."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any, Callable
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import bouncer
import pytest

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres.listening import listen
from tortoise.contrib.postgres.locks import advisory_lock
from tortoise.exceptions import DBConnectionError, IntegrityError, UnSupportedError
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.session.connection import Connection
from tortoise_core.session.url import resolve_url
from tortoise_dialect_postgres.clients.asyncpg import PreparedSession
from tortoise_dialect_postgres.clients.proxies import bound_to_session

pytestmark = [pytest.mark.fault, pytest.mark.postgres]


class Visit(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)


MODULE = ModuleType("pgbouncer_models")
MODULE.__models__ = [Visit]  # type: ignore[attr-defined]  # read by the engine
NAME = "tortoise_pgbouncer"


async def on_server(*statements: str, database: str = "postgres") -> list[Any]:
    """Run statements on the server itself; what the last one gives."""
    connection = await asyncpg.connect(bouncer.server_url(), database=database)
    try:
        for statement in statements:
            found = await connection.fetch(statement)
        return list(found)
    finally:
        await connection.close()


class Way:
    """The driver that a test goes by."""

    scheme = "postgres"


@pytest.fixture(autouse=True, params=["postgres", "postgres+psycopg"], ids=["asyncpg", "psycopg"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    if "psycopg" in request.param:
        pytest.importorskip("psycopg")
    Way.scheme = request.param
    yield request.param
    Way.scheme = "postgres"


def through() -> str:
    return bouncer.url_of(scheme=Way.scheme)


def direct() -> str:
    return urlunsplit(urlsplit(bouncer.server_url())._replace(scheme=Way.scheme))


@asynccontextmanager
async def database(**options: Any) -> AsyncIterator[Connection]:
    """A database with the table of the model, seen through the pgbouncer."""
    await on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    query = "&".join(f"{name}={value}" for name, value in options.items())
    try:
        async with TortoiseContext() as context:
            await context.init(db_url=f"{through()}{NAME}?{query}", modules={"models": [MODULE]})
            await context.generate_schemas()
            yield context.connections.connection("default")
        await nothing_left()
    finally:
        await on_server(f"DROP DATABASE {NAME} WITH (FORCE)")


async def opened(url: str, **options: Any) -> Any:
    """A session of the driver that the URL chooses."""
    query = "&".join(f"{name}={value}" for name, value in options.items())
    _, driver, where = resolve_url(f"{url}postgres?{query}")
    return await driver.connect(where)


def keeps_statements(session: Any) -> bool:
    return isinstance(session, PreparedSession) or bool(getattr(session, "named", False))


async def nothing_left() -> None:
    """No transaction is open on the server, and none of its sessions bears a prepared statement of ours."""
    for _ in range(40):
        busy = await on_server(f"SELECT 1 FROM pg_stat_activity WHERE datname = '{NAME}' AND state <> 'idle'")
        if not busy:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("a transaction was left open")


async def pids(connection: Connection) -> set[int]:
    """The sessions of the server that answer, while all of the pool are busy."""
    sql = "SELECT pg_backend_pid(), pg_sleep(0.01)"
    rows = await asyncio.gather(*(connection.fetch(sql, ()) for _ in range(40)))
    return {row[0][0] for row in rows}


#: options of a URL -> (the class of the session, whether it minds a proxy, whether that was stated)
EXPECTED: dict[str, tuple[dict[str, Any], tuple[bool, bool, bool]]] = {
    "found": ({}, (False, True, False)),
    "stated": ({"pgbouncer": "true"}, (False, True, True)),
    "denied": ({"pgbouncer": "false"}, (True, False, False)),
    "without statements": ({"statement_cache_size": 0}, (False, True, False)),
    "with statements": ({"statement_cache_size": 9}, (True, True, False)),
}


@pytest.mark.parametrize("case", EXPECTED)
def test_how_a_session_knows(case: str) -> None:
    options, expected = EXPECTED[case]

    async def main() -> None:
        session = await opened(through(), **options)
        stated = session.proxy is not None and session.proxy.stated
        assert (keeps_statements(session), session.proxy is not None, stated) == expected
        await session.close()
        session = await opened(direct())
        assert keeps_statements(session) and session.proxy is None
        await session.close()

    asyncio.run(main())


def test_each_transaction_may_have_another_session_of_the_server() -> None:
    """Many tasks, far more than the server has sessions: every statement finds what belongs to it, and only that."""

    async def work(number: int) -> None:
        for turn in range(15):
            name = f"{number}-{turn}"
            async with in_transaction():
                made = await Visit.create(name=name)
                assert (await Visit.get(id=made.id)).name == name
                if turn % 3 == 0:
                    async with in_transaction():
                        await Visit.bulk_create([Visit(name=name), Visit(name=name)])
                found = [visit.name async for visit in Visit.filter(name=name)]
            assert set(found) == {name} and await Visit.filter(name=name).count() == len(found)
            assert [visit.name async for visit in Visit.filter(name=name)] == found

    async def main() -> None:
        async with database(maxsize=20) as connection:
            assert len(await pids(connection)) > 1
            await asyncio.gather(*(work(number) for number in range(25)))
            assert await Visit.all().count() == 25 * (15 + 5 * 2)

    asyncio.run(main())


def test_nothing_stays_prepared() -> None:
    async def main() -> None:
        async with database(maxsize=4) as connection:
            for number in range(30):
                await Visit.create(name=str(number))
            assert len([visit async for visit in Visit.all()]) == 30
            await connection.execute_query("SELECT $1::int", [1])
            sql = "SELECT name, pg_sleep(0.01) FROM pg_prepared_statements"
            found = await asyncio.gather(*(connection.fetch(sql, ()) for _ in range(20)))
            assert [rows for rows in found if len(rows)] == []

    asyncio.run(main())


def test_settings_of_the_client_outlive_failures_and_sql_by_hand() -> None:
    look = "SELECT current_setting('application_name')"

    async def main() -> None:
        async with database(maxsize=2, application_name="mine") as connection:
            await Visit.create(id=1, name="first")
            for number in range(6):
                with pytest.raises(IntegrityError):
                    await Visit.create(id=1, name="again")
                slow = asyncio.ensure_future(connection.fetch("SELECT pg_sleep(20)", ()))
                await asyncio.sleep(0.02)
                slow.cancel()
                await asyncio.wait({slow})
                await connection.execute_query("SELECT $1::int", [number])
                assert (await connection.fetch(look, ()))[0][0] == "mine"
            assert (await on_server(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{NAME}'"))[0][0] <= 12

    asyncio.run(main())


def test_what_a_proxy_refuses_is_explained(way: str) -> None:
    if way != "postgres":
        pytest.skip("libpq sends settings by another name, which the error tells")

    async def main() -> None:
        with pytest.raises(DBConnectionError, match=r"search_path.*pgbouncer takes few settings") as caught:
            await opened(through(), schema="mine")
        assert isinstance(caught.value.__cause__, asyncpg.PostgresError)

    asyncio.run(main())


BOUND = [
    "SET work_mem = '9MB'",
    " set search_path to x",
    "SET SESSION work_mem = '9MB'",
    "LISTEN news",
    "UNLISTEN *",
    "PREPARE p AS SELECT 1",
    "CREATE TEMP TABLE t (n INT)",
    "CREATE TEMPORARY TABLE t (n INT)",
    "create local temp table t (n int)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock_shared (1)",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
]
FREE = [
    "SELECT 'SET x'",
    "SET LOCAL work_mem = '9MB'",
    "SET TRANSACTION READ ONLY",
    "PREPARE TRANSACTION 'x'",
    "CREATE TEMP TABLE t (n INT) ON COMMIT DROP",
    "CREATE TABLE temp (n INT)",
    "SELECT pg_advisory_xact_lock(1)",
    "INSERT INTO settings VALUES ('LISTEN')",
    "DECLARE c CURSOR FOR SELECT 1",
    "SETTLE",
]


def test_what_is_bound_to_a_session() -> None:
    assert [sql for sql in BOUND if bound_to_session(sql) is None] == []
    assert [sql for sql in FREE if bound_to_session(sql) is not None] == []


def test_what_is_bound_to_a_session_is_refused_where_the_proxy_was_stated() -> None:
    async def main() -> None:
        async with database(maxsize=2, pgbouncer="true") as connection:
            ways: list[Callable[[str], Awaitable[Any]]] = [
                connection.execute_script,
                connection.execute_query,
                connection.execute_insert,
                lambda sql: connection.execute_many(sql, [[]]),
            ]
            for way in ways:
                with pytest.raises(UnSupportedError, match="SET LOCAL"):
                    await way("SET work_mem = '9MB'")
            async with in_transaction() as transaction:
                with pytest.raises(UnSupportedError, match="pg_advisory_xact_lock"):
                    await transaction.execute_query("SELECT pg_advisory_lock(5)")
                await transaction.execute_script("SET LOCAL work_mem = '9MB'")
                assert (await transaction.execute_query_dict("SHOW work_mem"))[0]["work_mem"] == "9MB"
            assert (await connection.execute_query_dict("SHOW work_mem"))[0]["work_mem"] != "9MB"

    asyncio.run(main())


def test_where_the_proxy_was_found_it_is_told_and_the_session_closed(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with database(maxsize=1) as connection:
            await connection.ready()
            with caplog.at_level(logging.WARNING):
                await connection.execute_script("SET work_mem = '9MB'")
                assert [record.name for record in caplog.records] == ["tortoise.postgres"]
                await Visit.all().count()
                async with connection.acquire_connection() as library:
                    await library.execute("SELECT 1")
                await Visit.all().count()
            assert connection.pool.stats().total_opened == 3
            assert len(caplog.records) == 1, "closing them is nothing to warn of"

    asyncio.run(main())


@pytest.mark.parametrize("seed", [1, 2])
def test_cancelled_at_random_behind_it(seed: int) -> None:
    rng = random.Random(seed)

    async def pair() -> None:
        async with in_transaction():
            await Visit.create(name="pair")
            await Visit.create(name="pair")

    async def main() -> None:
        async with database(maxsize=6) as connection:
            for _ in range(6):
                tasks = [asyncio.ensure_future(pair()) for _ in range(25)]
                for task in rng.sample(tasks, 10):
                    await asyncio.sleep(rng.random() * 0.004)
                    task.cancel()
                for result in await asyncio.gather(*tasks, return_exceptions=True):
                    assert result is None or isinstance(result, asyncio.CancelledError), repr(result)
                assert await asyncio.wait_for(Visit.all().count(), 5) % 2 == 0
            stats = connection.pool.stats()
            assert stats.waiting == 0 and stats.held == 0

    asyncio.run(main())


def test_databases_are_made_and_deleted_through_it() -> None:
    async def main() -> None:
        url = f"{through()}tortoise_pgbouncer_{{}}?pgbouncer=true"
        async with TortoiseContext() as context:
            await context.init(db_url=url, modules={"models": [MODULE]}, _create_db=True)
            await context.generate_schemas()
            await Visit.create(name="here")
            await context.connections.connection("default").db_delete()

    asyncio.run(main())


def test_what_needs_a_session_to_itself_is_refused() -> None:
    async def main() -> None:
        async with database(maxsize=2):
            with pytest.raises(UnSupportedError, match=r"transaction=True.*pgbouncer=false"):
                async with advisory_lock("one"):
                    pass
            async with advisory_lock("one", transaction=True):
                await Visit.create(name="locked")
            with pytest.raises(UnSupportedError, match=r"LISTEN.*pgbouncer=false"):
                async with listen("news"):
                    pass
            assert await Visit.all().count() == 1

    asyncio.run(main())
