"""Databases for the cases: one per run with the tables of all models, and others for cases that need their own."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tortoise.context import TortoiseContext
from tortoise.models import Model
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.hooks import SessionHooks
from tortoise_testkit import models, models_fields, relation_models
from tortoise_testkit.cleaning import empty
from tortoise_testkit.lookup_matrix import models as lookup_models
from tortoise_testkit.target import Target

__all__ = ["Database", "Harness", "SessionHooks", "module_of"]

#: where the models of the suite are
MODULES = [models, models_fields, relation_models, lookup_models]
#: a case that takes longer than this many seconds hangs
TIMEOUT = 60.0


class NoServer(Exception):
    """The dialect needs a server and nobody said where it is."""


def module_of(*classes: type[Model], name: str = "tortoise_testkit_made") -> Any:
    """A module that holds just these models, as `Tortoise.init(modules=...)` takes one."""
    module = ModuleType(name)
    module.__models__ = list(classes)  # type: ignore[attr-defined]  # read by the engine
    return module


class Database:
    """What a case is handed: the database of the run, open while the case runs."""

    def __init__(self, harness: Harness, url: str) -> None:
        self.harness, self.url = harness, url

    @property
    def context(self) -> TortoiseContext:
        """The context that is current in the case."""
        return self.harness.context

    @property
    def connection(self) -> Connection:
        """The connection of all models."""
        return self.context.connections.connection("default")

    @property
    def executor(self) -> Executor:
        """The open transaction of this task, or the connection."""
        return self.context.db()

    @property
    def capabilities(self) -> Capabilities:
        """What the dialect says that this server can do: the object that the compiler asks too."""
        return self.connection.capabilities

    @asynccontextmanager
    async def another(self, *classes: type[Model], schemas: bool = True) -> AsyncIterator[TortoiseContext]:
        """A context with an empty database of its own, with tables for `classes` unless `schemas` is False."""
        async with self.harness.new_database() as url, TortoiseContext() as context:
            await context.init(db_url=url, modules={"models": [module_of(*classes)]})
            if schemas:
                await context.generate_schemas()
            yield context

    def new_url(self) -> Any:
        """As `another`, for cases that initialise by themselves: `async with` gives the URL of an empty database."""
        return self.harness.new_database()

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collects the SQL of every statement that runs on the connection inside."""
        seen: list[str] = []
        before = self.connection.listeners
        self.connection.listeners = (*before, lambda sql, seconds, error: seen.append(sql))
        try:
            yield seen
        finally:
            self.connection.listeners = before


class Harness:
    """Makes databases for one dialect and runs cases on them."""

    def __init__(self, target: Target, rename: str | None = None) -> None:
        self.target = target
        self.scheme = rename or target.scheme or target.dialect
        self.driver = plugins.driver(self.scheme)[1]
        self.context: TortoiseContext
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._url: str | None = None
        #: empty databases, made for a case and kept for the next one
        self._spare: list[str] = []

    # -- databases

    @property
    def _in_files(self) -> bool:
        return self.driver.path_database

    def _server(self) -> str:
        url = self.target.server_url()
        if url is None:
            raise NoServer(f"set {self.target.variable} to the URL of a server for {self.target.dialect}")
        return urlunsplit(urlsplit(url)._replace(scheme=self.scheme))

    def check(self) -> None:
        """Raise NoServer if there is nothing to run on."""
        if not self._in_files:
            self._server()

    def _file(self) -> str:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="tortoise-testkit-")
        query = f"?{self.target.options}" if self.target.options else ""
        return f"{self.scheme}://{Path(self._folder.name) / uuid4().hex}.db{query}"

    def _on_server(self, name: str) -> str:
        parts = urlsplit(self._server())
        query = "&".join(filter(None, [parts.query, self.target.options]))
        return urlunsplit(parts._replace(path=f"/{name}", query=query))

    async def _admin(self, statement: str) -> None:
        await _run_script(self._server(), statement)

    async def create_database(self) -> str:
        """Make an empty database; its URL."""
        if self._in_files:
            return self._file()
        name = f"tortoise_testkit_{uuid4().hex[:16]}"
        await self._admin(self.target.create.format(name=name))
        return self._on_server(name)

    async def drop_database(self, url: str) -> None:
        """Drop what `create_database` made."""
        if self._in_files:
            database = Path(url.partition("://")[2].partition("?")[0])
            for path in database.parent.glob(database.name + "*"):
                path.unlink()
        else:
            await self._admin(self.target.drop.format(name=urlsplit(url).path.lstrip("/")))

    @asynccontextmanager
    async def new_database(self) -> AsyncIterator[str]:
        """The URL of an empty database that is dropped at the end."""
        url = self._spare.pop() if self._spare else await self.create_database()
        try:
            yield url
        finally:
            if self.target.empty is None or self._in_files:
                await self.drop_database(url)
            else:
                await _run_script(url, self.target.empty)
                self._spare.append(url)

    # -- the database of the run

    def database(self) -> Database:
        """The database of the run; made on first use."""
        if self._url is None:
            self._url = asyncio.run(self._prepare())
        return Database(self, self._url)

    async def _prepare(self) -> str:
        url = await self.create_database()
        async with TortoiseContext() as context:
            await context.init(db_url=url, modules={"models": MODULES})
            await context.generate_schemas()
        return url

    def close(self) -> None:
        """Drop the database of the run."""
        urls, self._url, self._spare = [*self._spare, *filter(None, [self._url])], None, []
        asyncio.run(self._drop_all(urls))
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    async def _drop_all(self, urls: list[str]) -> None:
        for url in urls:
            await self.drop_database(url)

    # -- running

    async def run(self, case: Callable[..., Awaitable[None]], arguments: Mapping[str, Any]) -> None:
        """Run one case on the database of the run; afterwards its tables are empty again."""
        async with TortoiseContext() as context:
            await context.init(db_url=self._url, modules={"models": MODULES})
            self.context = context
            # from here on capabilities are those of the server, not those assumed of the newest one
            await context.db().ready()
            try:
                await _bounded(case, arguments)
            finally:
                await empty(context)


async def _run_script(url: str, script: str) -> None:
    async with TortoiseContext() as context:
        await context.init(config={"connections": {"default": url}, "apps": {}})
        await context.db().execute_script(script)


def run_case(case: Callable[..., Awaitable[None]], arguments: Mapping[str, Any]) -> None:
    """Run one case in an event loop of its own; on the run's database if it asks for one."""
    database = next((value for value in arguments.values() if isinstance(value, Database)), None)
    asyncio.run(_bounded(case, arguments) if database is None else database.harness.run(case, arguments))


async def _bounded(case: Callable[..., Awaitable[None]], arguments: Mapping[str, Any]) -> None:
    # a task of its own on every Python, so that a context which the case makes current is gone with it
    await asyncio.wait_for(asyncio.ensure_future(_started(case, arguments)), TIMEOUT)


async def _started(case: Callable[..., Awaitable[None]], arguments: Mapping[str, Any]) -> None:
    await case(**arguments)
