"""Every way in which a real server can fail, as it reaches the user: known defect 22."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from dialects.postgres import error_models
from dialects.postgres.error_models import Owner, Thing
from dialects.postgres.stores import SCHEMES, Store, administration, fresh_name, run, url_of
from faults.private_server import PrivateServer, free_port, private_server
from faults.proxy import proxy_to
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ConnectionLostError, DBConnectionError, ErrorKind, IntegrityError
from tortoise.transactions import in_transaction
from tortoise_core.base.errors import class_for
from tortoise_core.dialect.driver import Target

Work = Callable[[], Awaitable[Any]]

#: the kinds that tests of this file have seen with their own eyes
SEEN: set[tuple[str, ErrorKind]] = set()


def told(scheme: str, error: BaseORMException, kind: ErrorKind, sqlstate: Optional[str]) -> None:
    """Check that everything that tells what happened tells the same."""
    SEEN.add((scheme, kind))
    assert (error.kind, error.sqlstate) == (kind, sqlstate), repr(error)
    assert type(error) is class_for(kind)
    assert error.__cause__ is not None and not isinstance(error.__cause__, BaseORMException)
    assert str(error)


async def failure(work: Awaitable[Any]) -> BaseORMException:
    with pytest.raises(BaseORMException) as caught:
        await work
    return caught.value


@pytest.fixture(params=SCHEMES)
def store(request: pytest.FixtureRequest, postgres_target: Target) -> Store:
    return Store(postgres_target, str(request.param))


@asynccontextmanager
async def filled(store: Store, **options: Any) -> AsyncIterator[TortoiseContext]:
    """The tables, with two rows."""
    async with store.open(error_models, **options) as context:
        tables = "DROP TABLE IF EXISTS thing, owner, booking; CREATE TABLE booking (during INT4RANGE, "
        await context.db().execute_script(f"{tables} CONSTRAINT apart EXCLUDE USING gist (during WITH &&))")
        await context.generate_schemas()
        await Owner.create(id=1, name="ann")
        await Owner.create(id=2, name="ben")
        await Thing.create(id=1, owner_id=1)
        yield context


async def sql(context_sql: str, *values: Any) -> Any:
    async with in_transaction() as connection:
        return await connection.execute_query(context_sql, list(values))


VIOLATIONS: dict[str, tuple[Work, ErrorKind, str, Optional[str], str, tuple[str, ...]]] = {
    "unique": (
        lambda: Owner.create(id=3, name="ann"),
        *(ErrorKind.UNIQUE, "23505", None, "owner", ("name",)),
    ),
    "unique together": (
        lambda: Thing.create(id=2, owner_id=1, low=0, high=1),
        *(ErrorKind.UNIQUE, "23505", None, "thing", ("low", "high")),
    ),
    "no such row": (
        lambda: Thing.create(id=2, owner_id=9, low=5, high=6),
        *(ErrorKind.FOREIGN_KEY, "23503", None, "thing", ("owner_id",)),
    ),
    "still referred to": (
        lambda: Owner.filter(id=1).delete(),
        *(ErrorKind.FOREIGN_KEY, "23503", None, "thing", ("id",)),
    ),
    "null": (
        lambda: sql("INSERT INTO owner (id, name) VALUES ($1, NULL)", 4),
        *(ErrorKind.NOT_NULL, "23502", None, "owner", ("name",)),
    ),
    "check": (
        lambda: Thing.create(id=2, owner_id=1, low=3, high=1),
        *(ErrorKind.CHECK, "23514", "in_order", "thing", ()),
    ),
    "exclusion": (
        lambda: sql("INSERT INTO booking VALUES ('[1,5)'), ('[3,9)')"),
        *(ErrorKind.EXCLUSION, "23P01", "apart", "booking", ("during",)),
    ),
}


@pytest.mark.parametrize("case", VIOLATIONS)
def test_constraints(store: Store, case: str) -> None:
    work, kind, sqlstate, constraint, table, columns = VIOLATIONS[case]

    async def main() -> None:
        async with filled(store):
            error = await failure(work())
            told(store.scheme, error, kind, sqlstate)
            assert isinstance(error, IntegrityError) and not error.retryable
            assert (error.table, error.columns) == (table, columns)
            assert error.constraint == constraint or (constraint is None and kind is not ErrorKind.CHECK)
            assert await Thing.all().count() == 1

    run(main)


def test_a_value_that_looks_like_a_key_is_not_one(store: Store) -> None:
    async def main() -> None:
        async with filled(store):
            await Owner.create(id=3, name="(x)=(y)")
            error = await failure(Owner.create(id=4, name="(x)=(y)"))
            assert isinstance(error, IntegrityError) and error.columns == ("name",)
            error = await failure(Thing.create(id=2, owner_id=1, low=3, high=1))
            assert isinstance(error, IntegrityError) and error.columns == ()

    run(main)


def test_the_language_of_the_server_does_not_matter(store: Store) -> None:
    """Whatever it speaks; servers that lack the language answer in English, and the rest is the same."""

    async def main() -> None:
        async with filled(store, server_settings="lc_messages=C"):
            error = await failure(Owner.create(id=3, name="ann"))
            assert isinstance(error, IntegrityError) and error.columns == ("name",)

    run(main)


# -- locks and concurrency


async def locked(store: Store, work: Work, **options: Any) -> BaseORMException:
    """The error of `work` while another session holds the row of owner 1."""
    async with filled(store, **options), administration(store.target) as other, other.transaction():
        await other.execute("SELECT 1 FROM owner WHERE id = 1 FOR UPDATE")
        return await failure(work())


def test_deadlock(store: Store) -> None:
    async def main() -> None:
        async with filled(store, server_settings="deadlock_timeout=50ms"):
            taken: list[int] = []
            both = asyncio.Event()

            async def work(first: int, second: int) -> None:
                async with in_transaction():
                    await Owner.filter(id=first).update(name=f"{first} of {first}")
                    taken.append(first)
                    if len(taken) == 2:
                        both.set()
                    await both.wait()
                    await Owner.filter(id=second).update(name=f"{second} of {first}")

            results = await asyncio.gather(work(1, 2), work(2, 1), return_exceptions=True)
            (error,) = [result for result in results if isinstance(result, BaseORMException)]
            told(store.scheme, error, ErrorKind.DEADLOCK, "40P01")
            assert error.retryable

    run(main)


def test_serialization(store: Store) -> None:
    async def main() -> None:
        async with filled(store), administration(store.target) as other:

            async def work() -> None:
                async with in_transaction() as connection:
                    await connection.execute_query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                    await Owner.get(id=1)
                    await other.execute("UPDATE owner SET name = 'other' WHERE id = 1")
                    await Owner.filter(id=1).update(name="mine")

            error = await failure(work())
            told(store.scheme, error, ErrorKind.SERIALIZATION, "40001")
            assert error.retryable

    run(main)


def test_lock_timeout(store: Store) -> None:
    async def main() -> None:
        error = await locked(store, lambda: Owner.filter(id=1).update(name="x"), server_settings="lock_timeout=50ms")
        told(store.scheme, error, ErrorKind.LOCK_TIMEOUT, "55P03")
        assert error.retryable

    run(main)


def test_nowait(store: Store) -> None:
    async def work() -> Any:
        async with in_transaction():
            return await Owner.filter(id=1).select_for_update(nowait=True)

    async def main() -> None:
        error = await locked(store, work)
        told(store.scheme, error, ErrorKind.LOCK_NOT_AVAILABLE, "55P03")
        assert error.retryable

    run(main)


def test_statement_timeout(store: Store) -> None:
    async def main() -> None:
        async with filled(store, server_settings="statement_timeout=60ms"):
            error = await failure(sql("SELECT pg_sleep(20)"))
            told(store.scheme, error, ErrorKind.STATEMENT_TIMEOUT, "57014")
            assert not error.retryable
            assert await Owner.all().count() == 2

    run(main)


# -- what may not, or cannot be written


async def read_only() -> None:
    async with in_transaction() as connection:
        await connection.execute_query("SET TRANSACTION READ ONLY")
        await Owner.create(id=3, name="x")


async def after_failure() -> None:
    async with in_transaction():
        await failure(Owner.create(id=1, name="x"))
        await Owner.all().count()


REFUSED: dict[str, tuple[Work, ErrorKind, str]] = {
    "read-only": (read_only, ErrorKind.READ_ONLY, "25006"),
    "no room": (lambda: sql("COPY (SELECT repeat('x', 100000)) TO '/dev/full'"), ErrorKind.DISK_FULL, "53100"),
    "no permission": (lambda: sql("SET LOCAL ROLE pg_monitor; SELECT * FROM owner"), ErrorKind.PERMISSION, "42501"),
    "failed transaction": (after_failure, ErrorKind.TRANSACTION, "25P02"),
    "no such table": (lambda: sql("SELECT * FROM nowhere"), ErrorKind.UNDEFINED, "42P01"),
    "a value out of range": (lambda: sql("SELECT 1/0"), ErrorKind.DATA, "22012"),
    "no SQL": (lambda: sql("SELEC 1"), ErrorKind.OPERATIONAL, "42601"),
    "a feature it has not": (lambda: sql("CREATE ASSERTION a CHECK (1 = 1)"), ErrorKind.UNSUPPORTED, "0A000"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_statements(store: Store, case: str) -> None:
    work, kind, sqlstate = REFUSED[case]

    async def script(text: str) -> None:
        async with in_transaction() as connection:
            await connection.execute_script(text)

    async def main() -> None:
        async with filled(store):
            done = script("SET LOCAL ROLE pg_monitor; SELECT * FROM owner") if case == "no permission" else work()
            error = await failure(done)
            told(store.scheme, error, kind, sqlstate)
            assert not error.retryable
            assert await Owner.all().count() == 2

    run(main)


# -- connections


async def connecting(url: str) -> BaseORMException:
    async with TortoiseContext() as context:
        await context.init(db_url=url, modules={"errors": [error_models]})
        error = await failure(Owner.all().count())
        assert isinstance(error, DBConnectionError)
        return error


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "/tmp/no/such/folder"])
def test_refused(store: Store, host: str) -> None:
    error = run(lambda: connecting(url_of(replace(store.target, host=host, port=free_port()), store.scheme)))
    told(store.scheme, error, ErrorKind.CONNECTION_REFUSED, None)
    assert error.retryable and isinstance(error, ConnectionRefusedError)


def test_unknown_host(store: Store) -> None:
    error = run(lambda: connecting(url_of(replace(store.target, host="no-such-host.invalid"), store.scheme)))
    told(store.scheme, error, ErrorKind.UNKNOWN_HOST, None)
    assert not error.retryable


def test_unknown_database(store: Store) -> None:
    error = run(lambda: connecting(url_of(replace(store.target, database=fresh_name()), store.scheme)))
    told(store.scheme, error, ErrorKind.UNKNOWN_DATABASE, "3D000")
    assert not error.retryable


def test_a_server_that_does_not_answer(store: Store) -> None:
    async def main() -> BaseORMException:
        held: list[Any] = []
        server = await asyncio.start_server(lambda *streams: held.append(streams), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            target = replace(store.target, host="127.0.0.1", port=port)
            return await connecting(url_of(target, store.scheme, connect_timeout=0.2))
        finally:
            for _, writer in held:
                writer.close()
            server.close()
            await server.wait_closed()

    error = run(main)
    told(store.scheme, error, ErrorKind.CONNECTION_TIMEOUT, None)
    assert error.retryable and isinstance(error, TimeoutError)


def test_a_server_without_tls(store: Store) -> None:
    error = run(lambda: connecting(store.url(ssl="require")))
    told(store.scheme, error, ErrorKind.TLS, None)
    assert not error.retryable


@pytest.fixture(scope="module")
def guarded() -> Iterator[PrivateServer]:
    """A server that asks for passwords and takes three at a time, and three more superusers."""
    settings = ("max_connections=6", "superuser_reserved_connections=3", "max_wal_senders=0")
    with private_server(*settings, auth="scram-sha-256") as server:
        yield server


def guarded_target(server: PrivateServer, **changes: Any) -> Target:
    found = Target("postgres", "postgres", "127.0.0.1", server.port, "postgres", "secret")
    return replace(found, **changes)


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"user": "nobody at all"}], ids=["password", "user"])
def test_authentication(guarded: PrivateServer, store: Store, changes: dict[str, str]) -> None:
    error = run(lambda: connecting(url_of(guarded_target(guarded, **changes), store.scheme)))
    told(store.scheme, error, ErrorKind.AUTHENTICATION, "28P01")
    assert not error.retryable


def test_a_user_who_may_not_log_in(guarded: PrivateServer, store: Store) -> None:
    async def main() -> BaseORMException:
        async with administration(guarded_target(guarded)) as admin:
            await admin.execute("DROP ROLE IF EXISTS sleeper; CREATE ROLE sleeper NOLOGIN PASSWORD 'secret'")
        return await connecting(url_of(guarded_target(guarded, user="sleeper"), store.scheme))

    told(store.scheme, run(main), ErrorKind.AUTHENTICATION, "28000")


def test_too_many_connections(guarded: PrivateServer, store: Store) -> None:
    async def main() -> BaseORMException:
        async with administration(guarded_target(guarded)) as admin:
            await admin.execute("DROP ROLE IF EXISTS many; CREATE ROLE many LOGIN PASSWORD 'secret'")
            target = guarded_target(guarded, user="many")
            async with administration(target), administration(target):
                return await connecting(url_of(target, store.scheme))

    error = run(main)
    told(store.scheme, error, ErrorKind.TOO_MANY_CONNECTIONS, "53300")
    assert error.retryable


@asynccontextmanager
async def sleeping(store: Store, **options: Any) -> AsyncIterator[tuple[asyncio.Future[Any], int, Any]]:
    """(the error of a statement that is under way, the process that runs it, another connection)."""
    async with filled(store, **options), administration(store.target) as other:
        mark = fresh_name()
        under_way = asyncio.ensure_future(failure(sql(f"SELECT pg_sleep(20) AS {mark}")))
        looked = f"SELECT pid FROM pg_stat_activity WHERE query LIKE '%{mark}' AND pid <> pg_backend_pid()"
        while (pid := await other.fetchval(looked)) is None:  # noqa: ASYNC110  # the server has no event to wait for
            await asyncio.sleep(0.01)
        yield under_way, pid, other
        assert await Owner.all().count() == 2  # another session does


def test_an_administrator_ends_a_session(store: Store) -> None:
    async def main() -> BaseORMException:
        async with sleeping(store) as (under_way, pid, other):
            await other.execute(f"SELECT pg_terminate_backend({pid})")
            error: BaseORMException = await under_way
            return error

    error = run(main)
    told(store.scheme, error, ErrorKind.SHUTDOWN, "57P01")
    assert error.retryable and isinstance(error, ConnectionLostError)


def test_an_administrator_stops_a_statement(store: Store) -> None:
    async def main() -> BaseORMException:
        async with sleeping(store) as (under_way, pid, other):
            await other.execute(f"SELECT pg_cancel_backend({pid})")
            error: BaseORMException = await under_way
            return error

    told(store.scheme, run(main), ErrorKind.STATEMENT_TIMEOUT, "57014")


@pytest.mark.parametrize("slowly", [True, False], ids=["told before the next statement", "told by the next statement"])
def test_idle_in_transaction(store: Store, slowly: bool) -> None:
    async def main() -> BaseORMException:
        async with filled(store, server_settings="idle_in_transaction_session_timeout=60ms"):

            async def work() -> None:
                async with in_transaction():
                    await Owner.all().count()
                    if slowly:
                        await asyncio.sleep(0.25)
                    else:
                        time.sleep(0.25)  # noqa: ASYNC251  # as a program does that computes for long
                    await Owner.all().count()

            error = await failure(work())
            assert await Owner.all().count() == 2
            return error

    error = run(main)
    assert isinstance(error, ConnectionLostError) and error.retryable
    if not slowly or store.scheme == "postgres+psycopg":
        # asyncpg throws away what the server says while nobody waits for an answer
        told(store.scheme, error, ErrorKind.IDLE_TIMEOUT, "25P03")


def test_servers_that_go_and_come(store: Store) -> None:
    """A server that is shut down, one that is killed, and one that takes nobody."""

    async def main() -> None:
        with private_server("hot_standby=off") as server:
            here = Store(Target("postgres", "postgres", "127.0.0.1", server.port, "postgres"), store.scheme)
            async with filled(here):
                for end in (server.stop, server.kill):
                    under_way = asyncio.ensure_future(failure(sql("SELECT pg_sleep(20)")))
                    await asyncio.sleep(0.1)
                    await asyncio.get_running_loop().run_in_executor(None, end)
                    error = await under_way
                    assert isinstance(error, ConnectionLostError) and error.retryable
                    if end == server.stop:  # otherwise it says so by a warning only
                        told(here.scheme, error, ErrorKind.SHUTDOWN, "57P01")
                    server.start()
            with tempfile.TemporaryDirectory(prefix="tortoise-standby-") as folder:
                standby = server.copy(Path(folder))
                try:
                    standby.start(turns_away=True)
                    error = await connecting(url_of(replace(here.target, port=standby.port), here.scheme))
                    told(here.scheme, error, ErrorKind.NOT_READY, "57P03")
                    assert error.retryable
                finally:
                    standby.kill()

    run(main)


def test_a_process_of_the_server_dies(store: Store) -> None:
    """No word of good-bye: the sockets are just closed."""

    async def main() -> BaseORMException:
        async with proxy_to(store.target.host or "127.0.0.1", store.target.port or 5432) as (proxy, port):
            behind = Store(replace(store.target, host="127.0.0.1", port=port), store.scheme)
            async with filled(behind):
                under_way = asyncio.ensure_future(failure(sql("SELECT pg_sleep(1)")))
                await asyncio.sleep(0.1)
                proxy.cut()
                return await under_way

    error = run(main)
    told(store.scheme, error, ErrorKind.CONNECTION_LOST, None)
    assert error.retryable


#: what no PostgreSQL server tells, or a pool does
ELSEWHERE = {ErrorKind.INTEGRITY, ErrorKind.CONNECTION, ErrorKind.POOL_TIMEOUT}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_kind_has_been_made(scheme: str, request: pytest.FixtureRequest) -> None:
    """The last test of the file: it needs the others to have run."""
    run_now = {getattr(item, "originalname", "") for item in request.session.items if item.path == request.path}
    if not run_now >= {name for name in globals() if name.startswith("test_")}:
        pytest.skip("only some tests of this file are run")
    assert {kind for seen, kind in SEEN if seen == scheme} == set(ErrorKind) - ELSEWHERE
