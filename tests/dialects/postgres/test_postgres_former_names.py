"""The names that this dialect adds below `tortoise.backends`, and databases made and deleted."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import Any

import pytest

from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError, UnSupportedError
from tortoise_core.dialect.driver import Target
from tortoise_dialect_postgres.databases import create_statement, drop_statement


@pytest.mark.parametrize("name", ["asyncpg.client.AsyncpgDBClient", "base_postgres.client.BasePostgresClient"])
def test_connections_are_instances_of_the_client(postgres_target: Target, name: str) -> None:
    module, _, attribute = name.rpartition(".")
    cls = getattr(import_module(f"tortoise.backends.{module}"), attribute)

    async def main() -> Any:
        at = postgres_target
        credentials = {
            "host": at.host,
            "port": at.port,
            "user": at.user,
            "password": at.password,
            "database": at.database,
        }
        async with TortoiseContext() as context:
            entry = {"engine": "tortoise.backends.asyncpg", "credentials": {**credentials, "database": at.database}}
            await context.init({"connections": {"default": entry}, "apps": {}})
            assert await context.db().execute_query_dict("SELECT 1 AS one") == [{"one": 1}]
            assert isinstance(context.db(), cls)
            async with context.connections.connection("default").acquire_connection() as raw:
                assert await raw.fetchval("SELECT 2") == 2

    asyncio.run(main())
    with pytest.raises(UnSupportedError, match="isinstance"):
        cls("x")


def test_names_of_databases_are_quoted() -> None:
    assert create_statement('a"b') == 'CREATE DATABASE "a""b"'
    assert drop_statement('a"b') == 'DROP DATABASE IF EXISTS "a""b" WITH (FORCE)'
    with pytest.raises(ConfigurationError, match="no database"):
        create_statement("")
