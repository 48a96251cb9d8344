"""Sessions by psycopg behind pgbouncer: how they know, and what they keep off the server."""

from __future__ import annotations

import asyncio
from typing import Any

import bouncer
import pytest

from tortoise_core.base.errors import UnSupportedError
from tortoise_core.session.url import resolve_url
from tortoise_dialect_postgres.clients.psycopg import PsycopgSession, driver

pytestmark = [pytest.mark.fault, pytest.mark.postgres]


def on_session(body: Any, url: str, query: str = "") -> Any:
    async def main() -> Any:
        target = resolve_url(f"{url}postgres?{query}".replace("postgres://", "postgres+psycopg://", 1))[2]
        session = await driver.connect(target)
        try:
            return await body(session)
        finally:
            session.terminate()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", (False, True, False)),
        ("pgbouncer=true", (False, True, True)),
        ("pgbouncer=false", (True, False, False)),
        ("statement_cache_size=50", (True, True, False)),
        ("pgbouncer=false&statement_cache_size=0", (False, False, False)),
    ],
)
def test_how_a_session_knows(query: str, expected: tuple[bool, bool, bool]) -> None:
    async def body(session: PsycopgSession) -> tuple[bool, bool, bool]:
        return session.named, session.proxy is not None, session.proxy is not None and session.proxy.stated

    assert on_session(body, bouncer.url_of(), query) == expected
    if not query:
        assert on_session(body, bouncer.server_url()) == (True, False, False)


def test_what_is_bound_to_a_session() -> None:
    async def refused(session: PsycopgSession) -> None:
        with pytest.raises(UnSupportedError, match="SET LOCAL"):
            await session.script("SET work_mem = '9MB'")
        await session.heal()
        assert not session.closed

    async def warned(session: PsycopgSession) -> None:
        await session.query("SELECT pg_advisory_lock(7), pg_advisory_unlock(7)", ())
        await session.heal()
        assert session.closed  # rather than lent on

    on_session(refused, bouncer.url_of(), "pgbouncer=true")
    on_session(warned, bouncer.url_of())


def test_statements_leave_nothing_behind() -> None:
    async def body(session: PsycopgSession) -> None:
        for number in range(5):  # each may be on another session of the server
            assert await session.fetch("SELECT $1::int + 1", (number,)) == [(number + 1,)]
        assert await session.fetch("SELECT name FROM pg_prepared_statements WHERE name LIKE 'tortoise%'", ()) == []
        stream = await session.stream("SELECT n FROM generate_series(1, 5) n", ())
        assert [len(await stream.fetch(3)) for _ in range(3)] == [3, 2, 0]
        await stream.close()
        await session.begin()
        await session.heal()
        assert not session.in_transaction() and not session.closed

    on_session(body, bouncer.url_of(), "application_name=mine")
