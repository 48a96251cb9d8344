"""The names that this dialect adds below `tortoise.backends`."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path

import pytest

from tortoise import Tortoise, connections
from tortoise.exceptions import UnSupportedError
from tortoise.transactions import in_transaction

CLIENT = import_module("tortoise.backends.sqlite.client")


def test_connections_are_instances_of_the_client(tmp_path: Path) -> None:
    async def main() -> None:
        await Tortoise.init(
            config={
                "connections": {
                    "default": {
                        "engine": "tortoise.backends.sqlite",
                        "credentials": {"file_path": str(tmp_path / "a.db"), "fetch_inserted": True},
                    }
                },
                "apps": {},
            }
        )
        try:
            assert isinstance(connections.get("default"), CLIENT.SqliteClient)
            assert not isinstance(connections.get("default"), CLIENT.SqliteTransactionWrapper)
            async with in_transaction() as transaction:
                assert isinstance(transaction, CLIENT.SqliteClient)
                assert isinstance(transaction, CLIENT.SqliteTransactionWrapper)
            assert isinstance(in_transaction(), CLIENT.SqliteTransactionContext)
        finally:
            await Tortoise._drop_databases()

    asyncio.run(main())
    assert not list(tmp_path.iterdir())


def test_what_is_no_connection_of_it() -> None:
    assert not isinstance("text", CLIENT.SqliteClient)
    with pytest.raises(UnSupportedError, match=r"SqliteClient.*isinstance"):
        CLIENT.SqliteClient("file.db")


@pytest.mark.parametrize("name", ["executor.SqliteExecutor", "schema_generator.SqliteSchemaGenerator"])
def test_other_names(name: str) -> None:
    module, _, attribute = name.partition(".")
    assert getattr(import_module(f"tortoise.backends.sqlite.{module}"), attribute)
