"""Databases to be mistreated, and how their servers are asked what was left behind.

One dialect per run: the one that TORTOISE_TEST_DIALECT names, SQLite by default.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import fault_models

from tortoise.context import TortoiseContext
from tortoise_core.session.connection import Connection
from tortoise_core.session.lease import PoolStats

DIALECT = os.environ.get("TORTOISE_TEST_DIALECT", "sqlite")
SERVER = os.environ.get("TORTOISE_TEST_POSTGRES") or "postgres://postgres:@127.0.0.1:5432/"


class Place:
    """An empty database at `url`, without options."""

    url: str
    #: a query that takes much longer than any test
    slow: str

    async def open(self, folder: Path) -> None:
        """Make it."""

    async def drop(self) -> None:
        """Remove it."""

    async def check_nothing_left(self) -> None:
        """Fail if a transaction is open, seen from outside."""

    async def check_no_session(self) -> None:
        """Fail if the server still has a session of ours, once all were closed."""

    def url_with(self, **options: Any) -> str:
        query = "&".join(f"{name}={value}" for name, value in options.items())
        mark = "&" if "?" in self.url else "?"
        return f"{self.url}{mark}{query}" if query else self.url


#: counts until it is stopped
SLOW_SQLITE = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1000000000) SELECT count(*) FROM c"
)


class SqliteFile(Place):
    slow = SLOW_SQLITE

    async def open(self, folder: Path) -> None:
        self.path = folder / f"{uuid4().hex}.db"
        self.url = f"sqlite://{self.path}"

    async def check_nothing_left(self) -> None:
        with closing(sqlite3.connect(self.path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")


class SqliteInLoop(SqliteFile):
    """A file whose statements run in the event loop: none of them can be cancelled once it has begun."""

    async def open(self, folder: Path) -> None:
        await super().open(folder)
        self.url += "?in_loop=on"


class SqliteMemory(Place):
    """Nobody can look at it from outside: what is left shows in the next transaction."""

    url = "sqlite://:memory:"
    slow = SLOW_SQLITE


#: processes of the server's own, such as autovacuum, visit the database too
CLIENTS = "backend_type = 'client backend'"


class PostgresDatabase(Place):
    scheme = "postgres"
    slow = "SELECT pg_sleep(60)"

    #: made at the first use and emptied at each further one: to drop a database costs the server a checkpoint
    name = ""
    #: chooses the driver; `--tortoise-driver` sets it
    scheme = "postgres"

    async def open(self, folder: Path) -> None:
        if not self.name:
            PostgresDatabase.name = f"tortoise_faults_{uuid4().hex[:12]}"
            await self.ask(f"CREATE DATABASE {self.name}")
        self.url = urlunsplit(urlsplit(SERVER)._replace(scheme=self.scheme, path=f"/{self.name}", query=""))
        await self.kill_backends()
        await self.ask("DROP SCHEMA public CASCADE", database=self.name)
        await self.ask("CREATE SCHEMA public", database=self.name)

    @classmethod
    async def forget(cls) -> None:
        """Drop it for good."""
        if cls.name:
            await cls.ask(f"DROP DATABASE {cls.name} WITH (FORCE)")
            cls.name = ""

    @staticmethod
    async def ask(sql: str, *values: Any, database: str = "") -> list[Any]:
        """Run one statement on a connection of its own, to another database of the server unless told."""
        import asyncpg

        url = urlsplit(SERVER)
        path = f"/{database}" if database else url.path.rstrip("/") or "/postgres"
        connection = await asyncpg.connect(urlunsplit(url._replace(path=path)))
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def backends(self, where: str = "true") -> list[int]:
        """The process numbers of the server's sessions with this database."""
        sql = f"SELECT pid FROM pg_stat_activity WHERE datname = $1 AND {CLIENTS} AND {where}"
        return [row[0] for row in await self.ask(sql, self.name)]

    async def kill_backends(self) -> int:
        """Kill every session of this database; how many there were."""
        sql = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND {CLIENTS}"
        return len(await self.ask(sql, self.name))

    async def check_nothing_left(self) -> None:
        await self._wait_for_none("state <> 'idle'")

    async def check_no_session(self) -> None:
        await self._wait_for_none("true")

    async def _wait_for_none(self, where: str) -> None:
        # a session of ours that was terminated is gone for the server a moment later
        for _ in range(40):
            left = await self.backends(where)
            if not left:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"sessions {left} are left where {where}")


class PsycopgDatabase(PostgresDatabase):
    """The same by the other driver."""

    scheme = "postgres+psycopg"


#: the drivers that are installed
POSTGRES: dict[str, type[Any]] = {"asyncpg": PostgresDatabase}
if find_spec("psycopg") is not None:
    POSTGRES["psycopg"] = PsycopgDatabase

KINDS: dict[str, type[Any]] = {
    "sqlite": {"file": SqliteFile, "memory": SqliteMemory},
    "postgres": POSTGRES,
}[DIALECT]
#: the same and those where no test may wait for a statement to be stopped
QUICK_KINDS: dict[str, type[Any]] = {**KINDS, **({"in_loop": SqliteInLoop} if DIALECT == "sqlite" else {})}


@asynccontextmanager
async def place(kind: str, folder: Path) -> AsyncIterator[Any]:
    """An empty database of a kind, dropped at the end."""
    made = QUICK_KINDS[kind]()
    await made.open(folder)
    try:
        yield made
    finally:
        await made.drop()


class Store:
    """A database with its tables, the ORM initialised on it, and the checks that every fault must leave in peace."""

    def __init__(self, where: Any, context: TortoiseContext) -> None:
        self.place, self.context = where, context

    @property
    def connection(self) -> Connection:
        return self.context.connections.connection("default")

    @property
    def stats(self) -> PoolStats:
        return self.connection.pool.stats()

    async def settle(self, seconds: float = 8.0) -> PoolStats:
        """Wait until nothing is held, healed or opened."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            stats = self.stats
            if stats.held == stats.healing == stats.opening == 0:
                return stats
            assert asyncio.get_running_loop().time() < deadline, f"a session was lost: {stats}"
            await asyncio.sleep(0.001)

    async def check_no_session(self) -> None:
        """Close, and no session may be left."""
        await self.connection.close()
        await self.place.check_no_session()

    async def check_pool(self) -> None:
        """No session is out, nobody waits, and the pool lends as many as it ever did, all at once."""
        stats, pool = await self.settle(), self.connection.pool
        assert stats.waiting == 0 and stats.size <= pool.options.max_size
        leases = [pool.take(True) or await pool.acquire(True) for _ in range(pool.options.max_size)]
        assert len({id(lease.session) for lease in leases}) == pool.options.max_size
        for lease in leases:
            pool.give_back(lease)

    async def check(self) -> int:
        """The pool is whole, no transaction is left on the server, the next query works; the number of notes."""
        await self.check_pool()
        await self.place.check_nothing_left()
        return int(await fault_models.Note.all().count())


@asynccontextmanager
async def store(kind: str, folder: Path, **options: Any) -> AsyncIterator[Store]:
    """A database of a kind with the tables of the models; `options` go into its URL."""
    async with place(kind, folder) as where, TortoiseContext() as context:
        await context.init(db_url=where.url_with(**options), modules={"faults": [fault_models]})
        await context.generate_schemas()
        yield Store(where, context)
