"""Databases and drivers for tests that go all the way from a model to a server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Callable
from urllib.parse import quote, urlencode
from uuid import uuid4

import asyncpg

from tortoise.context import TortoiseContext
from tortoise_core.dialect.driver import Target
from tortoise_core.plugins.manager import plugins

#: the drivers that are there, by the scheme that asks for each
SCHEMES = [scheme for scheme in ("postgres+asyncpg", "postgres+psycopg") if scheme in plugins.schemes()]


def url_of(target: Target, scheme: str, **options: Any) -> str:
    """The URL of a target, with options."""
    user = quote(target.user or "postgres", safe="")
    password = "" if target.password is None else f":{quote(target.password, safe='')}"
    host = quote(target.host or "127.0.0.1", safe="")
    return with_options(f"{scheme}://{user}{password}@{host}:{target.port or 5432}/{target.database}", **options)


def with_options(url: str, **options: Any) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(options)}" if options else url


@dataclass
class Store:
    """A database of the test's own."""

    target: Target
    scheme: str

    def url(self, **options: Any) -> str:
        return url_of(self.target, self.scheme, **options)

    @asynccontextmanager
    async def open(self, *modules: Any, **options: Any) -> AsyncIterator[TortoiseContext]:
        async with TortoiseContext() as context:
            await context.init(db_url=self.url(**options), modules={"errors": list(modules)} if modules else {})
            yield context


@asynccontextmanager
async def administration(target: Target) -> AsyncIterator[Any]:
    """A connection to the database of `target`, whatever driver is under test."""
    connection = await asyncpg.connect(
        host=target.host, port=target.port, user=target.user, password=target.password, database=target.database
    )
    try:
        yield connection
    finally:
        await connection.close()


def run(main: Callable[[], Awaitable[Any]], limit: float = 60.0) -> Any:
    """Run a test on a loop of its own, and fail if it hangs."""

    async def bounded() -> Any:
        return await asyncio.wait_for(main(), limit)

    return asyncio.run(bounded())


def fresh_name() -> str:
    return f"tortoise_test_{uuid4().hex[:12]}"
