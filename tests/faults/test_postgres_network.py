"""A network that falls silent or is cut, and servers that refuse: known defects 20 and 22."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Callable, Optional
from urllib.parse import urlsplit, urlunsplit

import fault_models
import pytest
from fault_models import Entry, Note
from load import Load
from places import Store, place
from proxy import Proxy, proxy_to

from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError
from tortoise.transactions import in_transaction
from tortoise_core.base.errors import ErrorKind

pytestmark = [pytest.mark.fault, pytest.mark.postgres]

Run = Callable[[Callable[[], Awaitable[Any]]], Any]

MODULES = {"faults": [fault_models]}


@asynccontextmanager
async def store_behind_proxy(kind: str, folder: Path, **options: Any) -> AsyncIterator[tuple[Store, Proxy]]:
    async with place(kind, folder) as where:
        parts = urlsplit(where.url)
        async with (
            proxy_to(parts.hostname or "127.0.0.1", parts.port or 5432) as (proxy, port),
            TortoiseContext() as context,
        ):
            login = parts.netloc.rpartition("@")[0]
            where.url = urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}"))
            options = {"max_size": 2, "heal_timeout": 0.3, "connect_timeout": 0.5, **options}
            await context.init(db_url=where.url_with(**options), modules=MODULES)
            await context.generate_schemas()
            yield Store(where, context), proxy


FRESH_SEED = int(os.environ.get("TORTOISE_TEST_SEED") or random.randrange(1 << 30))
#: how many times as much as usual is tried
SHARE = float(os.environ.get("TORTOISE_TEST_EXAMPLES") or 1)
SEEDS = pytest.mark.parametrize("seed", [1, FRESH_SEED], ids=["1", "fresh"])


async def seconds_of(work: Awaitable[Any], expected: type[BaseException]) -> float:
    """How long `work` took to raise."""
    started = time.monotonic()
    with pytest.raises(expected):
        await work
    return time.monotonic() - started


async def transaction() -> None:
    async with in_transaction():
        await Note.create(text="lost")


async def nested() -> None:
    async with in_transaction(), in_transaction():
        await Note.create(text="lost")


@pytest.mark.parametrize("work", [Note.all().count, transaction, nested], ids=["query", "transaction", "nested"])
def test_a_timeout_on_a_silent_network(run: Run, kind: str, tmp_path: Path, work: Callable[[], Any]):
    """Known defect 20: `asyncio.wait_for` comes back, and once the network is there again so is the pool."""

    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path) as (here, proxy):
            await here.check_pool()
            proxy.fall_silent()
            assert await seconds_of(asyncio.wait_for(work(), 0.1), asyncio.TimeoutError) < 1.5
            proxy.talk()
            await here.settle()
            assert await here.check() == 0

    run(main)


@pytest.mark.parametrize("moment", ["the body", "the savepoint", "the commit"])
def test_the_network_falls_silent_inside_a_transaction(run: Run, kind: str, tmp_path: Path, moment: str):
    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path) as (here, proxy):

            async def work() -> None:
                async with in_transaction():
                    await Note.create(text="lost")
                    if moment == "the savepoint":
                        async with in_transaction():
                            await Note.create(text="lost")
                            proxy.fall_silent()
                    proxy.fall_silent()
                    if moment == "the body":
                        await Note.create(text="lost")

            assert await seconds_of(asyncio.wait_for(work(), 0.3), asyncio.TimeoutError) < 2
            proxy.talk()
            await here.settle()
            assert await here.check() == 0

    run(main)


def test_closing_on_a_silent_network(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path) as (here, proxy):
            await here.check_pool()
            proxy.fall_silent()
            started = time.monotonic()
            await here.connection.pool.close(0.3)
            assert time.monotonic() - started < 1
            proxy.talk()
            await here.connection.close()

    run(main)


def test_connecting_to_a_server_that_says_nothing(run: Run, kind: str, tmp_path: Path):
    """Known defect 20: `connect_timeout` bounds the handshake."""

    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path, connect_timeout=0.2) as (here, proxy):
            await here.connection.close()
            proxy.fall_silent()
            assert 0.1 < await seconds_of(here.connection.fetch("SELECT 1", ()), DBConnectionError) < 1
            proxy.talk()
            assert await here.check() == 0

    run(main)


def test_connections_that_are_cut(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path) as (here, proxy):
            query = asyncio.ensure_future(here.connection.fetch(here.place.slow, ()))
            await asyncio.sleep(0.05)
            proxy.cut()
            with pytest.raises(DBConnectionError):
                await query
            await asyncio.sleep(0.02)
            assert await Note.all().count() == 0
            await here.place.kill_backends()  # the one that still sleeps
            await here.settle()

    run(main)


@pytest.mark.parametrize(
    "url, expected",
    [
        ("{scheme}://postgres:@127.0.0.1:1/x", ErrorKind.CONNECTION_REFUSED),
        ("{scheme}://postgres:@no-such-host.invalid:5432/x", ErrorKind.UNKNOWN_HOST),
        ("{url}_missing", ErrorKind.UNKNOWN_DATABASE),
        ("{nobody}", ErrorKind.AUTHENTICATION),
    ],
    ids=["refused", "unknown host", "unknown database", "unknown user"],
)
def test_servers_that_cannot_be_reached(run: Run, kind: str, tmp_path: Path, url: str, expected: ErrorKind):
    """Known defect 22."""

    async def main() -> None:
        async with place(kind, tmp_path) as where, TortoiseContext() as context:
            parts = urlsplit(where.url)
            nobody = urlunsplit(parts._replace(netloc=f"nobody_at_all@{parts.hostname}:{parts.port or 5432}"))
            await context.init(db_url=url.format(url=where.url, nobody=nobody, scheme=parts.scheme), modules=MODULES)
            for _ in range(2):
                with pytest.raises(DBConnectionError) as caught:
                    await Note.all().count()
                assert caught.value.kind is expected and caught.value.__cause__ is not None

    run(main)


@SEEDS
@pytest.mark.parametrize("towards", ["the server", "the program", "either"])
def test_connections_that_break_after_any_number_of_bytes(run: Run, kind: str, tmp_path: Path, towards: str, seed: int):
    """In the handshake, amid a statement, amid a reply: what was acknowledged is there, and no error is a raw one."""
    print(f"seed {seed} (repeat with TORTOISE_TEST_SEED={seed})")
    rng = random.Random(f"{seed} {towards}")

    def limits() -> tuple[Optional[int], Optional[int]]:
        # most connections come through the handshake, which takes some 100 bytes one way and 400 the other
        one, other = rng.choice([rng.randrange(1, 300), rng.randrange(150, 6000)]), rng.randrange(1, 20000)
        if towards == "either":
            return (one, None) if rng.random() < 0.5 else (None, other)
        return (one, None) if towards == "the server" else (None, other)

    async def main() -> None:
        async with store_behind_proxy(kind, tmp_path, max_size=4) as (here, proxy):
            load = Load(workers=6)
            proxy.limits = limits
            proxy.cut()
            working = asyncio.ensure_future(load.run())
            cuts = int(40 * SHARE) + 5
            while proxy.cuts < cuts:
                assert not working.done(), await working
                await asyncio.sleep(0.01)
            proxy.limits = lambda: (None, None)
            load.stop()
            await working
            assert all(issubclass(error, DBConnectionError) for error in load.errors), load.errors
            assert sum(load.errors.values()) >= cuts / 4 and len(load.acknowledged) >= 10
            proxy.cut()
            await asyncio.sleep(0.02)  # so that it is seen
            await here.settle()
            await load.check()
            await here.check()

    run(main)


@SEEDS
def test_connections_that_fall_silent_after_any_number_of_bytes(run: Run, kind: str, tmp_path: Path, seed: int):
    """Nobody hangs up, so only time limits end it: those of the program, of connecting and of healing."""
    print(f"seed {seed} (repeat with TORTOISE_TEST_SEED={seed})")
    rng = random.Random(seed)

    async def main() -> None:
        options = {"max_size": 3, "connect_timeout": 0.1, "heal_timeout": 0.1}
        async with store_behind_proxy(kind, tmp_path, **options) as (here, proxy):
            proxy.limits, proxy.quietly = lambda: (rng.randrange(1, 1500), rng.randrange(1, 4000)), True
            proxy.cut()
            stored, ended, tries = set(), 0, int(40 * SHARE) + 5
            for number in range(tries):
                started = time.monotonic()
                try:
                    await asyncio.wait_for(Entry.create(id=number, worker=0), 0.2)
                    stored.add(number)
                except (asyncio.TimeoutError, DBConnectionError):
                    ended += 1
                assert time.monotonic() - started < 1.5
            assert stored and ended, "nothing was tried"
            proxy.limits = lambda: (None, None)
            proxy.cut()
            await asyncio.sleep(0.02)
            await here.settle()
            await here.place.kill_backends()  # those whose end of the connection nobody reset
            assert stored - {entry.id for entry in await Entry.all()} == set()
            await here.check()

    run(main)
