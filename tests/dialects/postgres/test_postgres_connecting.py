"""Where connections go, who is let in, and what their sessions begin with: hosts, sockets, passwords, settings."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable

import pytest

from dialects.postgres.stores import SCHEMES, Store, administration, run, url_of, with_options
from faults.private_server import PrivateServer, free_port, private_server
from tortoise.context import TortoiseContext
from tortoise.exceptions import (
    AuthenticationError,
    ConfigurationError,
    DBConnectionError,
    LockTimeoutError,
    StatementTimeoutError,
)
from tortoise.transactions import in_transaction
from tortoise_core.dialect.driver import Target


@pytest.fixture(params=SCHEMES)
def store(request: pytest.FixtureRequest, postgres_target: Target) -> Store:
    return Store(postgres_target, str(request.param))


async def asked(source: Any, question: str = "SELECT inet_server_port() AS answer") -> Any:
    """The answer of whatever server a URL, or an entry of a configuration, leads to."""
    async with TortoiseContext() as context:
        await context.init({"connections": {"default": source}, "apps": {}})
        return (await context.db().execute_query_dict(question))[0]["answer"]


# -- settings

SETTINGS: list[tuple[dict[str, str], str, str]] = [
    ({"application_name": "shop"}, "application_name", "shop"),
    ({"schema": "Shop"}, "search_path", '"Shop"'),
    ({"search_path": "shop, public"}, "search_path", "shop, public"),
    ({"statement_timeout": "5s"}, "statement_timeout", "5s"),
    ({"statement_timeout": "250"}, "statement_timeout", "250ms"),
    ({"lock_timeout": "2min"}, "lock_timeout", "2min"),
    ({"idle_in_transaction_session_timeout": "3s"}, "idle_in_transaction_session_timeout", "3s"),
    ({"server_settings": "work_mem=9MB;jit=off"}, "work_mem", "9MB"),
    ({"options": "-c work_mem=7MB -c jit=off"}, "work_mem", "7MB"),
    ({"server_settings": "lock_timeout=1s", "lock_timeout": "2s"}, "lock_timeout", "2s"),
]


@pytest.mark.parametrize(("options", "setting", "value"), SETTINGS)
def test_settings_outlive_whatever_a_session_goes_through(
    store: Store, options: dict[str, str], setting: str, value: str
) -> None:
    async def main() -> None:
        async with store.open(maxsize=1, **options) as context:
            db = context.db()

            async def shown() -> Any:
                rows = await db.execute_query_dict(
                    f"SELECT current_setting('{setting}') AS now, pg_backend_pid() AS pid"
                )
                return rows[0]["now"], rows[0]["pid"]

            now, pid = await shown()
            assert now == value
            other = "'6s'" if setting.endswith("timeout") else "'6MB'" if setting == "work_mem" else "'other'"
            await db.execute_script(f"SET {setting} = {other}")
            assert await shown() == (value, pid)
            async with in_transaction() as transaction:
                await transaction.execute_script(f"SET {setting} = {other}")
                rows = await transaction.execute_query_dict(f"SELECT current_setting('{setting}') AS now")
                assert rows[0]["now"] == other.strip("'")
            assert await shown() == (value, pid)
            sleeping = asyncio.ensure_future(db.execute_query("SELECT pg_sleep(4)"))
            await asyncio.sleep(0.05)
            sleeping.cancel()
            assert (await shown())[0] == value

    run(main)


def test_time_limits(store: Store) -> None:
    async def main() -> None:
        async with (
            store.open(statement_timeout="80ms", lock_timeout="30") as context,
            administration(store.target) as other,
        ):
            db = context.db()
            with pytest.raises(StatementTimeoutError):
                await db.execute_query("SELECT pg_sleep(20)")
            await other.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept (n INT)")
            async with other.transaction():
                await other.execute("LOCK TABLE kept")
                with pytest.raises(LockTimeoutError):
                    await db.execute_query("SELECT * FROM kept")

    run(main)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"aplication_name": "x"}, 'Did you mean "application_name"'),
        ({"statement_timeuot": "5s"}, 'Did you mean "statement_timeout"'),
        ({"acquire_timeuot": "5"}, 'Did you mean "acquire_timeout"'),
        ({"maxsise": "5"}, 'Did you mean "maxsize"'),
        ({"lock_timeout": "soon"}, "lock_timeout='soon'.*unit"),
        ({"target_session_attrs": "writable"}, "target_session_attrs.*read-write"),
        ({"server_settings": "jit"}, "semicolons"),
    ],
)
def test_mistakes_are_told_at_init(store: Store, options: dict[str, str], message: str) -> None:
    async def main() -> None:
        async with TortoiseContext() as context:
            target = replace(store.target, host="no-such-host.invalid")
            with pytest.raises(ConfigurationError, match=message):
                await context.init(db_url=url_of(target, store.scheme, **options), modules={})

    run(main)


def test_durations_in_credentials(store: Store) -> None:
    at = store.target
    credentials = {"host": at.host, "port": at.port, "user": at.user, "password": at.password, "database": at.database}
    entry = {"engine": f"tortoise.backends.{store.scheme}", "credentials": {**credentials, "lock_timeout": 1500}}
    assert run(lambda: asked(entry, "SELECT current_setting('lock_timeout') AS answer")) == "1500ms"


# -- passwords


@pytest.fixture(scope="module")
def guarded() -> Iterator[PrivateServer]:
    with private_server(auth="scram-sha-256") as server:
        yield server


def guarded_entry(server: PrivateServer, scheme: str, **credentials: Any) -> dict[str, Any]:
    where = {"host": "127.0.0.1", "port": server.port, "user": "postgres", "database": "postgres"}
    return {"engine": f"tortoise.backends.{scheme}", "credentials": {**where, **credentials}}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_password_is_made_anew_for_each_connection(guarded: PrivateServer, store: Store, kind: str) -> None:
    made: list[str] = []

    def token() -> str:
        made.append("secret")
        return made[-1]

    async def token_later() -> str:
        await asyncio.sleep(0)
        return token()

    async def main() -> None:
        async with TortoiseContext() as context:
            entry = guarded_entry(guarded, store.scheme, password=token if kind == "sync" else token_later, max_size=3)
            await context.init({"connections": {"default": entry}, "apps": {}})
            await asyncio.gather(*(context.db().execute_query("SELECT pg_sleep(0.2)") for _ in range(3)))
            assert len(made) == 3

    run(main)


def test_a_password_that_has_changed(guarded: PrivateServer, store: Store) -> None:
    tokens = iter(["expired", "secret"])

    async def main() -> None:
        async with TortoiseContext() as context:
            entry = guarded_entry(guarded, store.scheme, password=lambda: next(tokens))
            await context.init({"connections": {"default": entry}, "apps": {}})
            with pytest.raises(AuthenticationError):
                await context.db().execute_query("SELECT 1")
            assert await context.db().execute_query_dict("SELECT 1 AS one") == [{"one": 1}]

    run(main)


@pytest.mark.parametrize("way", ["option", "environment"])
def test_a_file_of_passwords(
    guarded: PrivateServer, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{guarded.port}:*:postgres:secret\n")
    file.chmod(0o600)
    if way == "environment":
        monkeypatch.setenv("PGPASSFILE", str(file))
    options = {"passfile": str(file)} if way == "option" else {}
    url = with_options(f"{store.scheme}://postgres@127.0.0.1:{guarded.port}/postgres", **options)
    assert run(lambda: asked(url)) == guarded.port


def test_a_service(guarded: PrivateServer, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "services"
    file.write_text(f"[shop]\nhost=127.0.0.1\nport={guarded.port}\nuser=postgres\npassword=secret\ndbname=postgres\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    assert run(lambda: asked(f"{store.scheme}://?service=shop")) == guarded.port


# -- sockets and several hosts


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[PrivateServer, PrivateServer]]:
    """A server with a socket file, and one that follows it and so takes no writes."""
    with ExitStack() as stack:
        sockets = stack.enter_context(tempfile.TemporaryDirectory(prefix="Tortoise-"))
        Path(sockets).chmod(0o777)
        primary = stack.enter_context(private_server(f"unix_socket_directories={sockets}"))
        standby = primary.copy(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tortoise-standby-"))))
        stack.callback(standby.kill)
        standby.start()
        yield primary, standby


@pytest.mark.parametrize(
    "form", ["{scheme}://postgres@{quoted}:{port}/postgres", "{scheme}://postgres@/postgres?host={quoted}&port={port}"]
)
def test_sockets(pair: tuple[PrivateServer, PrivateServer], store: Store, form: str) -> None:
    (folder,) = (setting.partition("=")[2] for setting in pair[0].settings)
    quoted = folder.replace("/", "%2F")
    url = form.format(scheme=store.scheme, quoted=quoted, port=pair[0].port)
    assert run(lambda: asked(url, "SELECT inet_server_port() IS NULL AS answer")) is True


def test_sockets_in_credentials(pair: tuple[PrivateServer, PrivateServer], store: Store) -> None:
    (folder,) = (setting.partition("=")[2] for setting in pair[0].settings)
    entry = guarded_entry(pair[0], store.scheme, host=folder)
    assert run(lambda: asked(entry, "SELECT inet_server_port() IS NULL AS answer")) is True


Choose = Callable[[PrivateServer, PrivateServer], Any]
CHOICES: list[tuple[str, str]] = [
    ("read-write", "primary"),
    ("primary", "primary"),
    ("read-only", "standby"),
    ("standby", "standby"),
    ("prefer-standby", "standby"),
]


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
@pytest.mark.parametrize(("wanted", "expected"), CHOICES)
def test_a_server_of_the_sort_that_is_wanted(
    pair: tuple[PrivateServer, PrivateServer], store: Store, wanted: str, expected: str, turned: bool
) -> None:
    ports = [server.port for server in pair][:: -1 if turned else 1]
    url = f"{store.scheme}://postgres@127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}/postgres"
    right = pair[0 if expected == "primary" else 1].port
    assert run(lambda: asked(with_options(url, target_session_attrs=wanted))) == right
    entry = guarded_entry(pair[0], store.scheme, host=["127.0.0.1"] * 2, port=ports, target_session_attrs=wanted)
    assert run(lambda: asked(entry)) == right


def test_the_first_host_that_is_there(pair: tuple[PrivateServer, PrivateServer], store: Store) -> None:
    url = (
        f"{store.scheme}://postgres@127.0.0.1:{free_port()},127.0.0.1:{pair[1].port},127.0.0.1:{pair[0].port}/postgres"
    )
    assert run(lambda: asked(url)) == pair[1].port


def test_no_host_of_the_sort_that_is_wanted(pair: tuple[PrivateServer, PrivateServer], store: Store) -> None:
    url = f"{store.scheme}://postgres@127.0.0.1:{pair[1].port},127.0.0.1:{free_port()}/postgres"
    with pytest.raises(DBConnectionError) as caught:
        run(lambda: asked(with_options(url, target_session_attrs="read-write")))
    assert caught.value.__cause__ is not None and caught.value.retryable
