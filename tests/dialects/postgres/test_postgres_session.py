"""One session by asyncpg: statements, transactions, bulk inserts, and its state after failures."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from decimal import Decimal
from typing import Any, Callable

import asyncpg
import pytest

from tortoise_core.base.errors import OperationalError
from tortoise_core.dialect.driver import BulkInsert
from tortoise_dialect_postgres.clients import asyncpg as client

Run = Callable[..., Any]


@pytest.fixture(params=["direct", "layered"])
def layers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements that pass asyncpg's layers by, and those of an asyncpg in which that cannot be."""
    if request.param == "layered":
        monkeypatch.setattr(client, "is_direct", lambda connection: False)


#: with statements kept prepared, and without
CACHES = pytest.mark.parametrize("options", [{}, {"statement_cache_size": "0"}], ids=["prepared", "plain"])
ITEMS = BulkInsert("INSERT INTO item (a, b) VALUES ($1, $2)", "item", None, ("a", "b"), "id")


async def make_items(session: Any, more: str = "") -> None:
    await session.script(f"CREATE TEMP TABLE item (id SERIAL PRIMARY KEY, a INT UNIQUE, b TEXT {more})")


async def count(session: Any, table: str = "item") -> int:
    return int((await session.fetch(f"SELECT count(*) FROM {table}", ()))[0][0])


def test_this_asyncpg_is_talked_to_directly(on_session: Run) -> None:
    async def body(session: Any) -> None:
        assert type(session) is client.DirectSession

    on_session(body)


@pytest.mark.usefixtures("layers")
@CACHES
def test_statements_and_their_counts(on_session: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        assert await session.execute("INSERT INTO item (a, b) VALUES ($1, $2), ($3, $2)", (1, "x", 2)) == 2
        assert [tuple(r) for r in await session.fetch("SELECT a, b FROM item ORDER BY a", ())] == [(1, "x"), (2, "x")]
        assert await session.execute("UPDATE item SET b = $1 WHERE a > $2", ("y", 1)) == 1
        assert await session.execute("UPDATE item SET b = 'z'", ()) == 2
        assert await session.execute("DELETE FROM item WHERE a = $1", (7,)) == 0
        assert await session.execute("CREATE TEMP TABLE other (n INT)", ()) == 0

    on_session(body, **options)


@CACHES
def test_query_tells_names_rows_and_count(on_session: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        names, rows, number = await session.query("INSERT INTO item (a) VALUES ($1), ($2) RETURNING id, a", (5, 6))
        assert (list(names), [tuple(row) for row in rows], number) == (["id", "a"], [(1, 5), (2, 6)], 2)
        assert await session.query("SELECT id, a FROM item WHERE a = $1", (9,)) == (["id", "a"], [], 0)
        assert await session.query("UPDATE item SET a = a + $1", (10,)) == ([], [], 2)

    on_session(body, **options)


def test_values_come_back_as_they_went(on_session: Run) -> None:
    moment = dt.datetime(2024, 2, 29, 23, 59, 59, 999999)
    values = {
        "NUMERIC": Decimal("123456789012345678901234567890.123"),
        "UUID": uuid.uuid4(),
        "TIMESTAMPTZ": moment.replace(tzinfo=dt.timezone.utc),
        "TIMESTAMP": moment,
        "BIGINT": 2**63 - 1,
        "DOUBLE PRECISION": 0.1,
        "TEXT": "żółw 🐢",
        "BOOL": True,
        "JSON": '{"b":1, "a":[null]}',
    }

    async def body(session: Any) -> None:
        for name, value in values.items():
            (row,) = await session.fetch(f"SELECT $1::{name}", (value,))
            assert row[0] == value, name
        (row,) = await session.fetch("SELECT $1::JSONB", ('{"a":1}',))
        assert row[0] == '{"a": 1}'

    on_session(body)


def test_plain_uuid() -> None:
    own = asyncpg.pgproto.pgproto.UUID("12345678-1234-5678-1234-567812345678")
    assert type(client.plain_uuid(own)) is uuid.UUID and client.plain_uuid(own) == own


@CACHES
def test_transactions_and_savepoints(on_session: Run, options: Any) -> None:
    async def body(session: Any, witness: Any) -> None:
        await session.script("DROP TABLE IF EXISTS ledger; CREATE TABLE ledger (n INT)")
        await session.begin()
        await session.execute("INSERT INTO ledger VALUES ($1)", (1,))
        await session.savepoint('odd "name"')
        await session.execute("INSERT INTO ledger VALUES ($1)", (2,))
        await session.rollback_to('odd "name"')
        with pytest.raises(asyncpg.PostgresError):  # a savepoint that was undone is gone
            await session.release('odd "name"')
        await session.rollback()
        await session.begin()
        await session.savepoint("kept")
        await session.execute("INSERT INTO ledger VALUES ($1)", (3,))
        await session.release("kept")
        assert await count(witness, "ledger") == 0
        await session.commit()
        assert [row[0] for row in await witness.fetch("SELECT n FROM ledger", ())] == [3]
        await session.begin()
        await session.execute("DELETE FROM ledger", ())
        await session.rollback()
        assert await count(witness, "ledger") == 1

    on_session(body, sessions=2, **options)


@CACHES
def test_a_commit_that_was_none_is_told(on_session: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.begin()
        await session.execute("INSERT INTO item (a) VALUES ($1)", (1,))
        with pytest.raises(asyncpg.DivisionByZeroError):
            await session.fetch("SELECT 1/0", ())
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await session.commit()
        assert not session.connection.is_in_transaction() and await count(session) == 0

    on_session(body, **options)


# -- bulk inserts


@CACHES
def test_bulk_keys_are_those_of_their_rows(on_session: Run, options: Any) -> None:
    async def body(session: Any) -> None:
        # keys fall, so that sorting them would give each row another's
        await make_items(session)
        await session.script("ALTER SEQUENCE item_id_seq MINVALUE -9999 MAXVALUE 5000 INCREMENT -1 RESTART 5000")
        rows = [((n * 7919) % 3001, f"row {n}") for n in range(3000)]
        keys = await session.insert_many(ITEMS, rows)
        stored = {row[0]: (row[1], row[2]) for row in await session.fetch("SELECT id, a, b FROM item", ())}
        assert [stored[key] for key in keys] == rows

    on_session(body, **options)


@CACHES
@pytest.mark.parametrize("key", ["id", None])
def test_bulk_is_all_or_nothing(on_session: Run, options: Any, key: Any) -> None:
    plan = BulkInsert(ITEMS.sql, "item", None, ITEMS.columns, key)

    async def body(session: Any) -> None:
        await make_items(session)
        with pytest.raises(asyncpg.UniqueViolationError):
            await session.insert_many(plan, [(n, "x") for n in range(1000)] + [(5, "again")])
        assert await count(session) == 0
        with pytest.raises(asyncpg.DataError):
            await session.insert_many(plan, [(1, "x"), (2**40, "too large")])
        assert await count(session) == 0
        keys = await session.insert_many(plan, [(1, "x"), (2, None)])
        assert (keys is None) == (key is None)
        assert await count(session) == 2
        assert not await session.insert_many(plan, [])

    on_session(body, **options)


def test_bulk_of_arrays_and_of_defaults(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session, ", c INT[]")
        plan = BulkInsert("INSERT INTO item (c) VALUES ($1)", "item", None, ("c",), "id")
        assert await session.insert_many(plan, [([1, 2],), ([],), (None,), ([3],)]) == [1, 2, 3, 4]
        assert (await session.fetch("SELECT c FROM item WHERE id = 1", ()))[0][0] == [1, 2]
        empty = BulkInsert("INSERT INTO item DEFAULT VALUES", "item", None, (), "id")
        assert await session.insert_many(empty, [(), ()]) == [5, 6]

    on_session(body)


def test_bulk_refuses_to_guess_keys(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.script(
            "CREATE FUNCTION pg_temp.skip() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN IF NEW.a = 2 THEN RETURN NULL; END IF; RETURN NEW; END';"
            "CREATE TRIGGER skip BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION pg_temp.skip()"
        )
        with pytest.raises(OperationalError, match="2 of 3 rows"):
            await session.insert_many(ITEMS, [(1, "x"), (2, "x"), (3, "x")])

    on_session(body)


# -- statements kept prepared


@pytest.mark.usefixtures("layers")
def test_statements_outlive_a_change_of_schema(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.execute("INSERT INTO item (a) VALUES ($1)", (1,))
        assert len((await session.fetch("SELECT * FROM item WHERE a = $1", (1,)))[0]) == 3
        await session.script("ALTER TABLE item ADD COLUMN c INT DEFAULT 8")
        assert (await session.fetch("SELECT * FROM item WHERE a = $1", (1,)))[0][3] == 8
        names, _, _ = await session.query("SELECT * FROM item WHERE a = $1", (1,))
        await session.script("ALTER TABLE item RENAME COLUMN c TO d; ALTER TABLE item ALTER a TYPE BIGINT")
        renamed, _, _ = await session.query("SELECT * FROM item WHERE a = $1", (1,))
        assert (list(names), list(renamed)) == (["id", "a", "b", "c"], ["id", "a", "b", "d"])
        await session.script("DEALLOCATE ALL")
        assert await session.execute("INSERT INTO item (a) VALUES ($1)", (2,)) == 1

    on_session(body)


@pytest.mark.usefixtures("layers")
def test_a_stale_statement_in_a_transaction_is_reported(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.fetch("SELECT * FROM item WHERE a = $1", (1,))
        await session.script("ALTER TABLE item ADD COLUMN c INT")
        await session.begin()
        with pytest.raises(asyncpg.InvalidCachedStatementError):
            await session.fetch("SELECT * FROM item WHERE a = $1", (1,))
        await session.rollback()
        assert await session.fetch("SELECT * FROM item WHERE a = $1", (1,)) == []

    on_session(body)


@pytest.mark.usefixtures("layers")
def test_rows_of_a_changed_type_are_refused_once(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        whole = "SELECT item FROM item WHERE a = $1"
        await session.execute("INSERT INTO item (a) VALUES ($1)", (1,))
        for number, call in enumerate((session.fetch, session.execute)):
            assert len((await session.fetch(whole, (1,)))[0][0]) == 3 + number
            await session.script(f"ALTER TABLE item ADD COLUMN c{number} INT")
            with pytest.raises(asyncpg.OutdatedSchemaCacheError):
                await call(whole, (1,))

    on_session(body)


def test_the_statement_cache_is_bounded(on_session: Run) -> None:
    async def on_server(session: Any) -> int:
        return int(
            (await session.fetch("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%::int'", ()))[0][0]
        )

    async def body(session: Any) -> None:
        for n in range(30):
            assert (await session.fetch(f"SELECT {n} + $1::int", (1,)))[0][0] == n + 1
        assert await on_server(session) <= 10
        long = f"SELECT '{'x' * 300}', $1::int"
        await session.fetch(long, (1,))
        await session.fetch("SELECT 0", ())  # asyncpg lets go of a statement when it prepares the next
        assert long not in {r[0] for r in await session.fetch("SELECT statement FROM pg_prepared_statements", ())}

    on_session(body, statement_cache_size=10, max_cacheable_statement_size="200")


def test_statements_are_counted_when_they_are_prepared_already(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        for a in range(3):
            assert await session.execute("INSERT INTO item (a, b) VALUES ($1, $2)", (a, "x")) == 1
        for number in range(3):
            assert await session.execute("UPDATE item SET b = $1", (str(number),)) == 3

    on_session(body)


def test_old_statements_are_forgotten(on_session: Run) -> None:
    async def body(session: Any) -> None:
        session.lifetime = 1e-9
        for n in range(5):
            await session.fetch(f"SELECT {n} + $1::int", (1,))
        assert list(session._prepared) == ["SELECT 4 + $1::int"]

    on_session(body)


def test_heal_gives_up_roles(on_session: Run) -> None:
    async def body(session: Any) -> None:
        asks = "SELECT current_user = session_user"
        await session.script("SET ROLE pg_monitor")
        assert (await session.fetch(asks, ()))[0][0] is False
        await session.heal()
        assert (await session.fetch(asks, ()))[0][0] is True

    on_session(body)


def test_without_cache_nothing_stays_prepared(on_session: Run) -> None:
    async def body(session: Any) -> None:
        await make_items(session)
        await session.fetch("SELECT $1::int", (1,))
        await session.query("SELECT $1::int", (1,))
        await session.insert_many(ITEMS, [(1, "x")])
        named = await session.fetch("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%::int'", ())
        assert named[0][0] == 0

    on_session(body, statement_cache_size=0)


# -- state


def test_heal_after_a_cancelled_statement(on_session: Run) -> None:
    async def body(session: Any) -> None:
        for delay in (0, 0.001, 0.02):
            await session.begin()
            task = asyncio.ensure_future(session.fetch("SELECT pg_sleep($1)", (20.0,)))
            await asyncio.sleep(delay)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(session.heal(), 5)
            assert not session.closed and not session.connection.is_in_transaction()
            assert (await session.fetch("SELECT 1", ()))[0][0] == 1

    on_session(body)


@pytest.mark.parametrize("end", ["SELECT 1/0", "SELECT 1"])
def test_heal_ends_transactions_and_resets_settings(on_session: Run, end: str) -> None:
    async def body(session: Any) -> None:
        errors: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context))
        await session.script("SET work_mem = '9MB'; SET search_path = pg_catalog; SELECT pg_advisory_lock(77)")
        await session.begin()
        try:
            await session.script(end)
        except asyncpg.DivisionByZeroError:
            pass
        await session.heal()
        rows = await session.fetch(
            "SELECT current_setting('work_mem'), current_setting('search_path'), current_setting('application_name'),"
            " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())",
            (),
        )
        assert tuple(rows[0]) == ("5MB", '"other"', "mine", 0)
        assert not session.connection.is_in_transaction() and not errors

    on_session(body, server_settings="work_mem=5MB", application_name="mine", schema="other")


def test_a_lost_connection_is_closed(on_session: Run) -> None:
    async def body(session: Any, killer: Any) -> None:
        (row,) = await session.fetch("SELECT pg_backend_pid()", ())
        assert not session.closed
        await killer.fetch("SELECT pg_terminate_backend($1)", (row[0],))
        for _ in range(200):
            if session.closed:
                break
            await asyncio.sleep(0.01)
        assert session.closed
        with pytest.raises(Exception) as caught:
            await session.fetch("SELECT 1", ())
        assert client.classify(caught.value).kind == "connection_lost"  # type: ignore[union-attr]  # it is one
        session.terminate()
        session.terminate()

    on_session(body, sessions=2)


def test_close_and_terminate(on_session: Run) -> None:
    async def body(session: Any, other: Any) -> None:
        await session.close()
        assert session.closed
        other.terminate()
        assert other.closed

    on_session(body, sessions=2)


def test_terminate_after_the_loop_has_closed(postgres_target: Any) -> None:
    session = asyncio.run(client.driver.connect(postgres_target))
    session.terminate()
    assert session.closed


def test_version(on_session: Run) -> None:
    async def body(session: Any) -> None:
        told = (await session.fetch("SHOW server_version_num", ()))[0][0]
        assert (await client.server_version(session))[0] == int(told) // 10000

    on_session(body)


def test_row_count() -> None:
    tags = {"INSERT 0 5": 5, "UPDATE 3": 3, "SELECT 0": 0, "CREATE TABLE": 0, "": 0, None: 0}
    assert {tag: client.row_count(tag) for tag in tags} == tags
