"""One session by psycopg: the same values as with asyncpg, statements, bulk inserts, and its state after failures."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Awaitable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Callable

import psycopg
import pytest

from tortoise_core.base.errors import ConfigurationError, ErrorKind, OperationalError
from tortoise_core.dialect.driver import BulkInsert, Target
from tortoise_dialect_postgres.clients import asyncpg as other
from tortoise_dialect_postgres.clients import psycopg as client
from tortoise_dialect_postgres.clients.psycopg_connect import refuse_loop

Run = Callable[..., Any]
#: with statements kept prepared, and without
CACHES = pytest.mark.parametrize("options", [{}, {"statement_cache_size": "0"}], ids=["prepared", "plain"])
ITEMS = BulkInsert("INSERT INTO item (a, b) VALUES ($1, $2)", "item", None, ("a", "b"), "id")


@pytest.fixture
def run(postgres_target: Target) -> Run:
    """`run(body, option=...)` runs `await body(session, ...)` with as many sessions as it takes."""

    def run(body: Callable[..., Awaitable[Any]], sessions: int = 1, **options: Any) -> Any:
        async def main() -> Any:
            target = replace(postgres_target, options=options)
            opened = [await client.connect(target) for _ in range(sessions)]
            try:
                return await body(*opened)
            finally:
                for session in opened:
                    session.terminate()

        return asyncio.run(main())

    return run


async def make_items(session: Any) -> None:
    await session.script("CREATE TEMP TABLE item (id SERIAL PRIMARY KEY, a INT UNIQUE, b TEXT)")


async def count(session: Any, table: str = "item") -> int:
    return int((await session.fetch(f"SELECT count(*) FROM {table}", ()))[0][0])


# -- values

UTC, EAST = dt.timezone.utc, dt.timezone(dt.timedelta(hours=5, minutes=30))
MOMENT = dt.datetime(2024, 2, 29, 23, 59, 59, 999999)
KEY = uuid.UUID("12345678-1234-5678-1234-567812345678")
#: type, value: what goes in, or is refused, the same way with both drivers
VALUES: list[tuple[str, Any]] = [
    *[("int", value) for value in (True, 5, -(2**31), 2**31, "5", 1.0, Decimal(1), None)],
    *[("smallint", value) for value in (32767, 32768)],
    *[("bigint", value) for value in (2**63 - 1, 2**63)],
    *[("bool", value) for value in (True, False, 1, "t")],
    *[("text", value) for value in ("żółw 🐢 %s %% $1", "", 5, b"x", "nul \0", "\ud800")],
    ("varchar(2)", "abc"),
    ("name", "abc"),
    *[("float8", value) for value in (0.1, 1, Decimal("1.5"), float("inf"), float("-inf"), float("nan"), "1")],
    *[("float4", value) for value in (1.1, 1e300)],
    *[("numeric", value) for value in (Decimal("1.50"), Decimal("NaN"), 5, "5.5", 0.1, "x")],
    ("numeric", Decimal("123456789012345678901234567890.123")),
    *[("uuid", value) for value in (KEY, str(KEY), "no", 5)],
    *[("bytea", value) for value in (b"\0\xff", bytearray(b"x"), memoryview(b"y"), "x")],
    *[("date", value) for value in (MOMENT.date(), MOMENT, dt.date.max, dt.date.min, "2024-01-01")],
    *[("timestamp", value) for value in (MOMENT, MOMENT.date(), dt.datetime.max, MOMENT.replace(tzinfo=UTC), "x")],
    *[("timestamptz", value) for value in (MOMENT, MOMENT.replace(tzinfo=UTC), MOMENT.replace(tzinfo=EAST))],
    *[("timestamptz", value) for value in (dt.datetime.max.replace(tzinfo=UTC), dt.datetime.min, MOMENT.date(), 5)],
    *[("time", value) for value in (MOMENT.time(), MOMENT.time().replace(tzinfo=EAST), "x")],
    *[("timetz", value) for value in (MOMENT.time().replace(tzinfo=EAST), MOMENT.time())],
    *[("interval", value) for value in (dt.timedelta(-3, 7, 9), dt.timedelta(days=400), "1 day")],
    *[("json", value) for value in ('{"b":1, "a":[null]}', "{", {})],
    *[("jsonb", value) for value in ('{"b":1, "a":[null]}', "{", 5)],
    *[("int[]", value) for value in ([1, None, 3], (), {1}, [[1, 2], [3, 4]], [[1, 2], [3]], [1, [2]], "12", ["x"])],
    *[("text[]", value) for value in (["a", 'b"{},', None], [5])],
    *[("numeric[]", value) for value in ([Decimal("1.5"), Decimal("NaN")], [])],
    ("timestamptz[]", [MOMENT.replace(tzinfo=EAST)]),
    ("uuid[]", [KEY]),
    ("oid", 5),
    ("xml", "<a/>"),
    ("inet", "1.2.3.4"),
    ("regclass", "pg_class"),
    ("macaddr", "08:00:2b:01:02:03"),
    ("tsvector", "a b"),
    ('"char"', b"a"),
]


@pytest.mark.parametrize(("name", "value"), VALUES, ids=[f"{name}-{value!r:.40}" for name, value in VALUES])
def test_values_go_in_as_with_asyncpg(postgres_target: Target, name: str, value: Any) -> None:
    assert outcome(postgres_target, client, name, value) == outcome(postgres_target, other, name, value)


def outcome(target: Target, module: Any, name: str, value: Any) -> Any:
    """What comes back of a value, with its type, and its text; or the kind of the error."""

    async def main() -> Any:
        session = await module.connect(target)
        try:
            (row,) = await session.fetch(f"SELECT $1::{name}, ($1::{name})::text", (value,))
            return repr(module_free(row[0])), row[1]
        except Exception as error:
            return module.classify(error).kind
        finally:
            session.terminate()
            await asyncio.sleep(0)

    return asyncio.run(main())


def module_free(value: Any) -> Any:
    """asyncpg has a UUID of its own, and rows that are more than tuples."""
    return (
        uuid.UUID(int=value.int)
        if isinstance(value, uuid.UUID)
        else ([module_free(item) for item in value] if isinstance(value, list) else value)
    )


EXPRESSIONS = [
    "'infinity'::timestamptz, '-infinity'::timestamptz, 'infinity'::timestamp, '-infinity'::date, 1",
    "'{infinity}'::date[], 'infinity'::date, 'pg_class'::regclass",
    "'1 year 2 mons -3 days 04:05:06.7'::interval, '-1 mons'::interval",
    "'12:00+02'::timetz, '1.2.3.0/24'::inet, '1.2.3.0/24'::cidr, '1'::money, '1'::xid, 1::oid",
    "'2024-01-01 00:00+05'::timestamptz, pg_advisory_unlock_all(), '{a,NULL}'::text[], 1.1::real",
    "'\"x\"'::json, '[1]'::jsonb, '[1]'::jsonb, 'a'::\"char\", to_tsvector('simple', 'a b'), NULL",
    "'2024-01-01 00:00+05'::timestamptz, '\"x\"'::json, '\\xff'::bytea, true, 1.50, 'pg_class'::regclass",
]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata"])
@pytest.mark.parametrize("expressions", EXPRESSIONS)
def test_rows_come_out_as_with_asyncpg(postgres_target: Target, expressions: str, zone: str) -> None:
    async def row(module: Any) -> Any:
        session = await module.connect(replace(postgres_target, options={"server_settings": {"timezone": zone}}))
        try:
            return repr(tuple((await session.fetch(f"SELECT {expressions}", ()))[0]))
        finally:
            session.terminate()
            await asyncio.sleep(0)

    assert asyncio.run(row(client)) == asyncio.run(row(other))


def test_a_date_that_python_has_no_room_for(run: Run) -> None:
    async def body(session: Any) -> None:
        with pytest.raises(psycopg.DataError):
            await session.fetch("SELECT '0044-03-15 BC'::date", ())
        assert (await session.fetch("SELECT 1", ()))[0] == (1,)

    run(body)


def test_types_of_the_user_s_own(run: Run) -> None:
    async def body(session: Any) -> None:
        await session.script("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'glad'); CREATE DOMAIN pg_temp.small AS int")
        (row,) = await session.fetch(
            "SELECT $1::pg_temp.mood, $2::pg_temp.small, $3::pg_temp.mood[]::text[], now() > $4",
            ("glad", 3, ["sad"], MOMENT),
        )
        assert row == ("glad", 3, ["sad"], True)
        with pytest.raises(psycopg.DataError):
            await session.fetch("SELECT $1::pg_temp.mood", (object(),))

    run(body)


# -- statements


@CACHES
def test_statements_and_their_counts(run: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        assert await session.execute("INSERT INTO item (a, b) VALUES ($1, $2), ($3, $2)", (1, "x", 2)) == 2
        assert await session.fetch("SELECT a, b FROM item ORDER BY a", ()) == [(1, "x"), (2, "x")]
        assert await session.execute("UPDATE item SET b = 'z'; DELETE FROM item WHERE a = 1", ()) == 1
        assert await session.execute("CREATE TEMP TABLE other (n INT)", ()) == 0
        names, rows, number = await session.query("INSERT INTO item (a) VALUES ($1), ($2) RETURNING id, a", (5, 6))
        assert (names, rows, number) == (["id", "a"], [(3, 5), (4, 6)], 2)
        assert await session.query("UPDATE item SET a = a + $1", (10,)) == ([], [], 3)
        assert await session.insert("INSERT INTO item (a) VALUES ($1) RETURNING a", (7,)) == 7
        with pytest.raises(psycopg.ProgrammingError, match="expects 1 arguments"):
            await session.fetch("SELECT $1::int", ())
        with pytest.raises(psycopg.DataError, match="NUL"):
            await session.script("SELECT 1\0")
        with pytest.raises(psycopg.ProgrammingError, match="no statement"):
            await session.script(" -- nothing")
        with pytest.raises(psycopg.DataError, match=r"\$1: 1\.5"):
            await session.fetch("SELECT $1::int", (1.5,))
        with pytest.raises(psycopg.ProgrammingError, match="COPY"):
            await session.execute("COPY item TO STDOUT", ())
        with pytest.raises(psycopg.OperationalError):
            await session.heal()  # the pool drops it

    run(body, **options)


@CACHES
def test_streams(run: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        for sql in ("SELECT n FROM generate_series(1, $1) n", "WITH s AS (SELECT $1::int) SELECT 1 FROM s"):
            stream = await session.stream(sql, (7,))
            parts = [[row[0] for row in await stream.fetch(3)] for _ in range(4)]
            await stream.close()
            assert parts == ([[1, 2, 3], [4, 5, 6], [7], []] if "series" in sql else [[1], [], [], []])
            assert not session.in_transaction()
        await session.begin()
        stream = await session.stream("SELECT a FROM item", ())
        await session.execute("INSERT INTO item (a) VALUES ($1)", (1,))
        assert await stream.fetch(5) == []  # as of when it began
        await stream.close()
        assert session.in_transaction()
        await session.rollback()
        with pytest.raises(psycopg.errors.UndefinedTable):
            await session.stream("SELECT * FROM nowhere", ())
        assert not session.in_transaction()

    run(body, **options)


@CACHES
def test_bulk_keys_are_those_of_their_rows(run: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)  # keys fall, so that sorting them would give each row another's
        await session.script("ALTER SEQUENCE item_id_seq MINVALUE -9999 MAXVALUE 5000 INCREMENT -1 RESTART 5000")
        rows = [((n * 7919) % 3001, f"row {n}") for n in range(3000)]
        keys = await session.insert_many(ITEMS, rows)
        stored = {row[0]: (row[1], row[2]) for row in await session.fetch("SELECT id, a, b FROM item", ())}
        assert [stored[key] for key in keys] == rows
        sql = f"{ITEMS.sql} ON CONFLICT DO NOTHING"
        keys = await session.insert_many(replace(ITEMS, sql=sql, conflict=True), [(1, "again"), (9999, "new")])
        assert keys[0] is None and isinstance(keys[1], int)

    run(body, **options)


@CACHES
@pytest.mark.parametrize("key", ["id", None])
def test_bulk_is_all_or_nothing(run: Run, options: Any, key: Any) -> None:
    plan = replace(ITEMS, key_column=key)

    async def body(session: Any) -> None:
        await make_items(session)
        with pytest.raises(psycopg.errors.UniqueViolation):
            await session.insert_many(plan, [(n, "x") for n in range(1000)] + [(5, "again")])
        with pytest.raises(psycopg.DataError, match=r"\$1: 1099511627776"):
            await session.insert_many(plan, [(1, "x"), (2**40, "too large")])
        assert await count(session) == 0
        keys = await session.insert_many(plan, [(1, "x"), (2, None)])
        assert (keys is None) == (key is None) and await count(session) == 2
        assert not await session.insert_many(plan, [])

    run(body, **options)


def test_bulk_refuses_to_guess_keys(run: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.script("CREATE RULE skip AS ON INSERT TO item WHERE NEW.a = 2 DO INSTEAD NOTHING")
        with pytest.raises((OperationalError, psycopg.Error)):
            await session.insert_many(ITEMS, [(1, "x"), (2, "x"), (3, "x")])

    run(body)


def test_statements_outlive_a_change_of_schema(run: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.execute("INSERT INTO item (a) VALUES ($1)", (1,))
        all_of_it = "SELECT * FROM item WHERE a = $1"
        assert len((await session.fetch(all_of_it, (1,)))[0]) == 3
        await session.script("ALTER TABLE item ADD COLUMN c INT DEFAULT 8")
        assert (await session.fetch(all_of_it, (1,)))[0][3] == 8
        await session.script("ALTER TABLE item RENAME COLUMN c TO d; ALTER TABLE item ALTER a TYPE BIGINT")
        assert (await session.query(all_of_it, (1,)))[0] == ["id", "a", "b", "d"]
        await session.script("DEALLOCATE ALL")
        assert await session.execute("INSERT INTO item (a) VALUES ($1)", (2,)) == 1
        assert len((await session.fetch(all_of_it, (1,)))[0]) == 4
        await session.script("ALTER TABLE item DROP COLUMN d")
        await session.begin()
        with pytest.raises(psycopg.errors.FeatureNotSupported) as caught:
            await session.fetch(all_of_it, (1,))
        assert client.classify(caught.value).kind is ErrorKind.OPERATIONAL  # type: ignore[union-attr]  # it is one
        await session.rollback()
        assert len((await session.fetch(all_of_it, (1,)))[0]) == 3

    run(body)


def test_without_a_cache_types_may_change(run: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        sql = "INSERT INTO item (a) VALUES ($1) RETURNING a, b"
        assert await session.fetch(sql, (1,)) == [(1, None)]
        await session.script("ALTER TABLE item ALTER a TYPE BIGINT, ALTER b TYPE INT USING 7, ALTER b SET DEFAULT 7")
        assert await session.fetch(sql, (2,)) == [(2, 7)]
        names = await session.fetch("SELECT name FROM pg_prepared_statements WHERE name <> ''", ())
        assert names == []

    run(body, statement_cache_size=0)


def test_the_statement_cache_is_bounded(run: Run) -> None:
    async def body(session: Any) -> None:
        for n in range(30):
            assert await session.fetch(f"SELECT {n} + $1::int", (1,)) == [(n + 1,)]
        long = f"SELECT '{'x' * 300}', $1::int"
        await session.fetch(long, (1,))
        kept = [row[0] for row in await session.fetch("SELECT statement FROM pg_prepared_statements", ())]
        assert 5 < len(kept) <= 11 and long not in kept

    run(body, statement_cache_size=10, max_cacheable_statement_size="200")


def test_statements_grow_old(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from tortoise_dialect_postgres.clients import psycopg_statements as module

    async def body(session: Any) -> None:
        await session.fetch("SELECT $1::int", (1,))
        now = module.time.monotonic()
        monkeypatch.setattr(module.time, "monotonic", lambda: now + 3601)
        await session.fetch("SELECT $1::text", ("x",))
        monkeypatch.undo()
        kept = [row[0] for row in await session.fetch("SELECT statement FROM pg_prepared_statements", ())]
        assert "SELECT $1::int" not in kept and "SELECT $1::text" in kept

    run(body, max_cached_statement_lifetime=3600)


# -- state


def test_savepoints_and_commits(run: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.begin()
        await session.savepoint('odd "name"')
        await session.execute("INSERT INTO item (a) VALUES ($1)", (2,))
        await session.rollback_to('odd "name"')
        await session.savepoint("kept")
        await session.execute("INSERT INTO item (a) VALUES ($1)", (3,))
        await session.release("kept")
        await session.commit()
        assert [row[0] for row in await session.fetch("SELECT a FROM item", ())] == [3]
        await session.begin()
        with pytest.raises(psycopg.errors.DivisionByZero):
            await session.fetch("SELECT 1/0", ())
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            await session.commit()
        assert not session.in_transaction()

    run(body)


@pytest.mark.parametrize("work", ["fetch", "script", "insert_many", "stream"])
def test_heal_after_a_cancelled_statement(run: Run, work: str) -> None:
    async def begin(session: Any) -> Any:
        if work == "insert_many":
            await session.script("CREATE TEMP TABLE IF NOT EXISTS slow (n INT, m TEXT)")
            plan = BulkInsert("INSERT INTO slow SELECT $1::int, pg_sleep(20)", "slow", None, ("n",))
            return await session.insert_many(plan, [(n,) for n in range(3000)])
        if work == "stream":
            return await (await session.stream("SELECT pg_sleep(20)", ())).fetch(1)
        return await (
            session.script("SELECT pg_sleep(20)") if work == "script" else session.fetch("SELECT pg_sleep($1)", (20.0,))
        )

    async def body(session: Any, witness: Any) -> None:
        for delay in (0, 0.001, 0.03):
            task = asyncio.ensure_future(begin(session))
            await asyncio.sleep(delay)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(session.heal(), 5)
            assert not session.closed and not session.in_transaction()
            assert await session.fetch("SELECT 1", ()) == [(1,)]
            left = (
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid = $1"
            )
            assert await witness.fetch(left, (session.pgconn.backend_pid,)) == [(0,)]

    run(body, sessions=2)


@pytest.mark.parametrize("end", ["SELECT 1/0", "SELECT 1"])
def test_heal_ends_transactions_and_resets_settings(run: Run, end: str) -> None:
    async def body(session: Any) -> None:
        await session.script("SET work_mem = '9MB'; SET search_path = pg_catalog; SELECT pg_advisory_lock(77)")
        await session.begin()
        try:
            await session.script(end)
        except psycopg.errors.DivisionByZero:
            pass
        await session.heal()
        rows = await session.fetch(
            "SELECT current_setting('work_mem'), current_setting('search_path'), current_setting('application_name'),"
            " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
            (),
        )
        assert rows == [("5MB", '"an other"', "mine", 0)] and not session.in_transaction()

    run(body, server_settings="work_mem=5MB", application_name="mine", schema="an other")


def test_a_session_in_use_refuses_others(run: Run) -> None:
    async def body(session: Any) -> None:
        sleeping = asyncio.ensure_future(session.fetch("SELECT pg_sleep(0.1)", ()))
        await asyncio.sleep(0.02)
        for call in (session.fetch("SELECT 1", ()), session.begin(), session.heal(), session.insert_many(ITEMS, [])):
            with pytest.raises(psycopg.InterfaceError) as caught:
                await call
            assert client.classify(caught.value).kind is ErrorKind.CONNECTION  # type: ignore[union-attr]  # it is one
        await sleeping
        assert await session.fetch("SELECT 1", ()) == [(1,)]

    run(body)


def test_the_library_s_own_connection(run: Run) -> None:
    async def body(session: Any) -> None:
        raw = session.library_connection
        cursor = await raw.execute("SELECT %s", (1,))
        assert await cursor.fetchone() == (1,)
        assert await session.fetch("SELECT $1::int", (2,)) == [(2,)]  # the library has left the socket unwatched
        await session.heal()
        assert await session.fetch("SELECT $1::int", (3,)) == [(3,)]

    run(body)


@pytest.mark.parametrize("idle", [True, False])
def test_a_lost_connection_is_closed_and_says_why(run: Run, idle: bool) -> None:
    async def body(session: Any, killer: Any) -> None:
        task = None if idle else asyncio.ensure_future(session.fetch("SELECT pg_sleep($1)", (20.0,)))
        await asyncio.sleep(0.05)
        await killer.fetch("SELECT pg_terminate_backend($1)", (session.pgconn.backend_pid,))
        for _ in range(200):
            if session.closed:
                break
            await asyncio.sleep(0.01)
        assert session.closed
        for call in filter(None, [task, session.fetch("SELECT 1", ()), session.begin()]):
            with pytest.raises(psycopg.errors.AdminShutdown) as caught:
                await call
            assert client.classify(caught.value).kind is ErrorKind.SHUTDOWN  # type: ignore[union-attr]  # it is one
        session.terminate()
        session.terminate()

    run(body, sessions=2)


def test_a_client_side_time_limit(run: Run) -> None:
    async def body(session: Any) -> None:
        with pytest.raises(asyncio.TimeoutError):
            await session.fetch("SELECT pg_sleep($1)", (5.0,))
        await session.heal()
        assert await session.fetch("SELECT 1", ()) == [(1,)]

    run(body, command_timeout="0.05")


def test_terminate_in_the_middle_and_after_the_loop(postgres_target: Target) -> None:
    async def main() -> Any:
        session: Any = await client.connect(postgres_target)
        task = asyncio.ensure_future(session.fetch("SELECT pg_sleep(20)", ()))
        await asyncio.sleep(0.02)
        session.terminate()
        with pytest.raises(psycopg.OperationalError, match="closed"):
            await task
        return await client.connect(postgres_target)

    left = asyncio.run(main())
    left.terminate()
    assert left.closed


class Blind(asyncio.SelectorEventLoop):
    """A loop that watches no sockets, as the usual one of Windows."""


Blind.add_reader = asyncio.AbstractEventLoop.add_reader  # type: ignore[method-assign]


def test_a_loop_that_watches_no_sockets_is_refused() -> None:
    loop = Blind()
    try:
        with pytest.raises(ConfigurationError, match="Blind does not"):
            refuse_loop(loop)
    finally:
        loop.close()
