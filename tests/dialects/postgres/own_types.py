"""Databases for the tests of types and schemas that only PostgreSQL has."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from dialects.postgres.conftest import DEFAULT_URL, administer
from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise_testkit.harness import module_of

#: the schemes of both drivers, which give the same values
DRIVERS = ("postgres+asyncpg", "postgres+psycopg")


@contextmanager
def empty_database(scheme: str = "postgres") -> Iterator[str]:
    """The URL of a database that is dropped at the end, through the driver of `scheme`."""
    name = f"tortoise_types_{uuid.uuid4().hex[:12]}"
    server = urlsplit(os.environ.get("TORTOISE_TEST_POSTGRES") or DEFAULT_URL)
    asyncio.run(administer(f'CREATE DATABASE "{name}"'))
    try:
        yield urlunsplit(server._replace(path=f"/{name}", scheme=scheme))
    finally:
        asyncio.run(administer(f'DROP DATABASE "{name}" WITH (FORCE)'))


@asynccontextmanager
async def opened(url: str, *models: type[Model], before: str = "", **options: Any) -> AsyncIterator[TortoiseContext]:
    """A context in which `models` have their tables, after the script `before` has run; both are gone at the end."""
    async with TortoiseContext() as context:
        modules = {"models": [module_of(*models)]} if models else {}
        await context.init(db_url=url, modules=modules, **options)
        if before:
            await context.db().execute_script(before)
        await context.generate_schemas()
        try:
            yield context
        finally:
            await context.db().execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def run(url: str, body: Callable[[TortoiseContext], Awaitable[Any]], *models: type[Model], **options: Any) -> Any:
    """Run `await body(context)` with the tables of `models`."""

    async def main() -> Any:
        async with opened(url, *models, **options) as context:
            return await body(context)

    return asyncio.run(main())
