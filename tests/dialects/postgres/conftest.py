"""A database of the run's own on a real server, and sessions on it."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Awaitable, Iterator
from dataclasses import replace
from typing import Any, Callable

import asyncpg
import pytest

from tortoise_core.dialect.driver import Target
from tortoise_core.session.url import resolve_url
from tortoise_dialect_postgres.clients.asyncpg import PlainSession, driver

DEFAULT_URL = "postgres://postgres:@127.0.0.1:5432/"


def server_target() -> Target:
    return resolve_url(os.environ.get("TORTOISE_TEST_POSTGRES") or DEFAULT_URL)[2]


async def administer(sql: str) -> None:
    """Run one statement on the server's own database."""
    at = server_target()
    connection = await asyncpg.connect(
        host=at.host, port=at.port, user=at.user, password=at.password, database=at.database or "postgres"
    )
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def postgres_target() -> Iterator[Target]:
    name = f"tortoise_driver_{uuid.uuid4().hex[:12]}"
    asyncio.run(administer(f'CREATE DATABASE "{name}"'))
    try:
        yield replace(server_target(), database=name)
    finally:
        asyncio.run(administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


@pytest.fixture
def on_session(postgres_target: Target) -> Callable[..., Any]:
    """`on_session(body, option=...)` runs `await body(session, ...)` with as many sessions as it takes."""

    def run(body: Callable[..., Awaitable[Any]], sessions: int = 1, **options: Any) -> Any:
        async def main() -> Any:
            opened = [await open_session(postgres_target, options) for _ in range(sessions)]
            try:
                return await body(*opened)
            finally:
                for session in opened:
                    session.terminate()
                await asyncio.sleep(0)  # the transport closes its socket on the loop's next turn

        return asyncio.run(main())

    return run


async def open_session(target: Target, options: dict[str, Any]) -> PlainSession:
    session = await driver.connect(replace(target, options=options))
    assert isinstance(session, PlainSession)
    return session
