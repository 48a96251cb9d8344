"""A database for the demo alone, gone when it ends."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tortoise.context import TortoiseContext

DEFAULT_SERVER = "postgres://postgres:@127.0.0.1:5432/"


@asynccontextmanager
async def fresh_database(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database: "sqlite" in a temporary folder, "postgres" on the server of the environment."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="nycflights13-") as folder:
            yield f"sqlite://{Path(folder) / 'flights.sqlite3'}"
    elif kind == "postgres":
        server, _, options = os.environ.get("TORTOISE_TEST_POSTGRES", DEFAULT_SERVER).partition("?")
        async with postgres_database(server.rstrip("/"), options) as url:
            yield url
    else:
        raise SystemExit(f"DB is sqlite or postgres, not {kind!r}")


@asynccontextmanager
async def postgres_database(server: str, options: str) -> AsyncIterator[str]:
    """Make a database with a name of its own on `server`, and drop it afterwards."""
    server = server if server.count("/") == 2 else server.rpartition("/")[0]
    options = f"?{options}" if options else ""
    name = f"nycflights13_{uuid.uuid4().hex[:12]}"
    await run_sql(f"{server}/postgres{options}", f'CREATE DATABASE "{name}"')
    try:
        yield f"{server}/{name}{options}"
    finally:
        await run_sql(f"{server}/postgres{options}", f'DROP DATABASE "{name}"')


async def run_sql(url: str, statement: str) -> None:
    """Run one statement on a connection of its own."""
    config = {"connections": {"server": url}, "apps": {}}
    async with TortoiseContext() as context:
        await context.init(config)
        await context.db("server").execute_script(statement)
