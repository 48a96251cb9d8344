"""A whole server killed in the middle of its work and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import fault_models
import pytest
from fault_models import Note
from load import Load
from places import KINDS, Place, Store
from private_server import PrivateServer, private_server

from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError
from tortoise.transactions import in_transaction

pytestmark = [pytest.mark.fault, pytest.mark.postgres]

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


async def in_thread(call: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(None, call)


async def restarts_under_load(here: Store, server: PrivateServer) -> None:
    """Acknowledged rows outlive the crash, and workers that go on trying are served again."""
    load = Load(workers=6)
    working = asyncio.ensure_future(load.run())
    for _ in range(2):
        await load.gain(60)
        await in_thread(server.kill)
        await asyncio.sleep(0.1)
        await in_thread(server.start)
    await load.gain(60)
    load.stop()
    await working
    assert all(issubclass(error, DBConnectionError) for error in load.errors) and sum(load.errors.values()) >= 6, (
        load.errors
    )
    await load.check()
    await here.check_pool()


async def restart_unnoticed(here: Store, server: PrivateServer) -> None:
    """A restart between two queries goes by without an error."""
    await here.check_pool()
    await in_thread(server.kill)
    await in_thread(server.start)
    assert await Note.all().count() == 0
    async with in_transaction():
        await Note.create(text="kept")
    await here.check_pool()


async def down(here: Store, server: PrivateServer) -> None:
    """While it is down each query says so at once; the first one after its return works."""
    await in_thread(server.kill)
    for _ in range(3):
        with pytest.raises(DBConnectionError) as caught:
            await asyncio.wait_for(Note.all().count(), 2)
        assert caught.value.retryable
    await in_thread(server.start)
    assert await Note.all().count() == 1
    await here.check_pool()


def test_a_server_that_is_killed_and_started_again(run: Run, kind: str, tmp_path: Path):
    async def main(server: PrivateServer) -> None:
        async with TortoiseContext() as context:
            url = server.url.replace("postgres", KINDS[kind].scheme, 1)
            await context.init(db_url=f"{url}?max_size=4", modules={"faults": [fault_models]})
            await context.generate_schemas()
            here = Store(Place(), context)
            await restart_unnoticed(here, server)
            await down(here, server)
            await restarts_under_load(here, server)

    with private_server() as server:
        run(lambda: main(server))
