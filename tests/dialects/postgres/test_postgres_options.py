"""What a URL or credentials may say, and what of it reaches the server."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import replace
from typing import Any, Callable

import pytest

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Target
from tortoise_core.session.options import split_options
from tortoise_core.session.url import resolve_credentials, resolve_url
from tortoise_dialect_postgres.clients.asyncpg import driver
from tortoise_dialect_postgres.clients.asyncpg_options import check, connect_arguments


def arguments(**options: Any) -> dict[str, Any]:
    return connect_arguments(Target("postgres", "d", host="h", options=options))


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "asyncpg", "postgres+asyncpg", "postgresql+asyncpg"])
def test_every_scheme_finds_the_driver(scheme: str) -> None:
    dialect, found, target = resolve_url(f"{scheme}://u:p%40ss@h/d?ssl=true&timeout=5")
    assert (dialect.name, found) == ("postgres", driver)
    given = connect_arguments(target)
    assert given["port"] == 5432 and given["password"] == "p@ss" and given["ssl"] is True and given["timeout"] == 5.0


def test_credentials() -> None:
    credentials = {"host": "h", "port": "6000", "user": "u", "password": len, "database": "d", "maxsize": 4}
    _, _, target = resolve_credentials("tortoise.backends.asyncpg", credentials)
    given = connect_arguments(replace(target, options={}))
    assert (given["port"], given["password"], given["database"]) == (6000, len, "d")


def test_ssl() -> None:
    context = ssl.create_default_context()
    spelled = {"true": True, "0": False, "require": "require", "verify-full": "verify-full", context: context}
    assert {text: arguments(ssl=text)["ssl"] for text in spelled} == spelled
    assert arguments(sslmode="disable")["ssl"] == "disable"
    with pytest.raises(ConfigurationError, match='Did you mean "require"'):
        arguments(ssl="requre")


def test_server_settings() -> None:
    assert arguments(server_settings="jit=off; work_mem = 9MB ", application_name="me")["server_settings"] == {
        "jit": "off",
        "work_mem": "9MB",
        "application_name": "me",
    }
    assert arguments(server_settings={"jit": "off"}, schema="My")["server_settings"] == {
        "jit": "off",
        "search_path": '"My"',
    }
    assert arguments(schema="a,b")["server_settings"] == {"search_path": "a,b"}
    with pytest.raises(ConfigurationError, match="semicolons"):
        arguments(server_settings="jit")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"statement_cache": "0"}, 'Did you mean "statement_cache_size"'),
        ({"timeout": "soon"}, "not a number"),
        ({"statement_cache_size": "-1"}, "negative"),
    ],
)
def test_refusals(options: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        arguments(**options)


def test_options_of_the_library_s_own_pool_are_passed_over() -> None:
    assert "loop" not in arguments(loop=None)


def test_options_of_the_library_s_pool_that_ours_has_too() -> None:
    options, target = split_options(driver, resolve_url("postgres://h/d?timeout=5&max_queries=7&ssl=true")[2])
    assert (options.connect_timeout, options.max_uses, options.max_inactive) == (5, 7, None)
    assert target.options == {"ssl": "true"}
    options, _ = split_options(driver, resolve_url("postgres://h/d?max_inactive_connection_lifetime=60")[2])
    assert (options.max_inactive, options.idle_timeout) == (60, 600)


def test_options_without_effect_are_told_once(caplog: pytest.LogCaptureFixture) -> None:
    check(Target("postgres", "x", options={"loop": None, "ssl": "true"}))
    assert [record.getMessage().split()[1] for record in caplog.records] == ["loop"]
    with pytest.raises(ConfigurationError, match='Did you mean "timeout"'):
        check(Target("postgres", "x", options={"timeuot": 5}))


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_password_may_be_fetched(postgres_target: Target, kind: str) -> None:
    asked: list[str] = []

    def password() -> str:
        asked.append("sync")
        return "secret"

    async def password_later() -> str:
        asked.append("async")
        return "secret"

    given: Callable[[], Any] = password if kind == "sync" else password_later

    async def main() -> None:
        session = await driver.connect(replace(postgres_target, password=given))
        await session.close()

    asyncio.run(main())
    assert asked == [kind]


def test_the_schema_is_where_tables_go(on_session: Callable[..., Any]) -> None:
    async def body(session: Any) -> None:
        await session.script('DROP SCHEMA IF EXISTS "Apart" CASCADE; CREATE SCHEMA "Apart"; CREATE TABLE here (n INT)')
        rows = await session.fetch("SELECT schemaname FROM pg_tables WHERE tablename = $1", ("here",))
        assert [row[0] for row in rows] == ["Apart"]

    on_session(body, schema="Apart")
