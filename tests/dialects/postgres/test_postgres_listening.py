"""LISTEN and NOTIFY: every message comes, in order, or it is told that one did not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Optional

import pytest

from dialects.postgres.stores import SCHEMES, Store, administration, run
from faults.proxy import proxy_to
from tortoise.contrib.postgres.listening import Notifications, NotificationsDroppedError, listen, notify
from tortoise.exceptions import (
    ConnectionLostError,
    DBConnectionError,
    OperationalError,
    ParamsError,
    UnSupportedError,
)
from tortoise.transactions import in_transaction
from tortoise_core.dialect.driver import Target
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


@pytest.fixture(params=SCHEMES)
def store(request: pytest.FixtureRequest, postgres_target: Target) -> Store:
    return Store(postgres_target, str(request.param))


@asynccontextmanager
async def opened(store: Store, behind: Optional[Store] = None, **options: Any) -> AsyncIterator[Any]:
    """A context, and a connection that looks at the server from outside; no session listens at the end."""
    async with administration(store.target) as other:
        async with (behind or store).open(**{"maxsize": 3, **options}):
            yield other
            assert [task for task in asyncio.all_tasks() if "_watch" in repr(task)] == []
        for _ in range(100):
            if await listeners(other) == []:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(await listeners(other))


async def listeners(other: Any) -> list[int]:
    """The processes whose last statement was LISTEN or a sign of life of one who does."""
    rows = await other.fetch(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND query ~ '^LISTEN'"
    )
    return [row[0] for row in rows]


async def next_of(notifications: Notifications, seconds: float = 5.0) -> Any:
    return await asyncio.wait_for(notifications.__anext__(), seconds)


def test_messages_come_in_order(store: Store) -> None:
    async def main() -> None:
        async with opened(store), listen("orders", 'Ünusual "name"') as notifications:
            await notify("orders", "1")
            await notify('Ünusual "name"', "zwei ☃")
            await notify("other", "not for us")
            await notify("orders")
            found = [await next_of(notifications) for _ in range(3)]
            assert [(note.channel, note.payload) for note in found] == [
                ("orders", "1"),
                ('Ünusual "name"', "zwei ☃"),
                ("orders", ""),
            ]
            assert all(note.pid > 0 for note in found)
            with pytest.raises(asyncio.TimeoutError):
                await next_of(notifications, 0.05)

    run(main)


def test_many_messages_while_the_reader_is_away(store: Store) -> None:
    async def main() -> None:
        async with opened(store), listen("many") as notifications:
            async with in_transaction() as connection:
                await connection.execute_query("SELECT pg_notify('many', n::TEXT) FROM generate_series(1, 3000) AS n")
            await asyncio.sleep(0.1)
            assert [(await next_of(notifications)).payload for _ in range(3000)] == list(map(str, range(1, 3001)))

    run(main)


def test_messages_of_a_transaction_come_with_its_commit(store: Store) -> None:
    async def main() -> None:
        async with opened(store), listen("t") as notifications:
            with pytest.raises(ZeroDivisionError):
                async with in_transaction():
                    await notify("t", "undone")
                    raise ZeroDivisionError
            async with in_transaction():
                await notify("t", "twice")
                await notify("t", "twice")
                with pytest.raises(asyncio.TimeoutError):
                    await next_of(notifications, 0.05)
            await notify("t", "after")
            assert [(await next_of(notifications)).payload for _ in range(2)] == ["twice", "after"]

    run(main)


def test_several_readers_share_the_messages(store: Store) -> None:
    async def main() -> None:
        got: list[str] = []

        async def read(notifications: Notifications) -> None:
            async for note in notifications:
                got.append(note.payload)

        async with opened(store):
            async with listen("c") as notifications:
                readers = [asyncio.ensure_future(read(notifications)) for _ in range(3)]
                for number in range(20):
                    await notify("c", str(number))
                while len(got) < 20:  # noqa: ASYNC110  # until all of them have come
                    await asyncio.sleep(0.005)
            await asyncio.wait_for(asyncio.gather(*readers), 2)
        assert sorted(got, key=int) == [str(number) for number in range(20)]

    run(main)


def test_what_is_too_much_is_told(store: Store) -> None:
    async def main() -> None:
        async with opened(store), listen("c", keep=3) as notifications:
            for number in range(8):
                await notify("c", str(number))
            await asyncio.sleep(0.1)
            got: list[str] = []
            with pytest.raises(NotificationsDroppedError, match="5 notifications were dropped") as caught:
                async for note in notifications:
                    got.append(note.payload)
            assert (got, caught.value.count) == (["0", "1", "2"], 5)
            assert isinstance(caught.value, OperationalError)
            await notify("c", "8")
            assert (await next_of(notifications)).payload == "8"

    run(main)


def test_a_session_that_is_lost_is_told(store: Store) -> None:
    async def main() -> None:
        async with opened(store) as other, listen("c") as notifications:
            await notify("c", "before")
            await asyncio.sleep(0.05)
            (pid,) = await listeners(other)
            reading = asyncio.ensure_future(_payloads(notifications))
            await other.execute(f"SELECT pg_terminate_backend({pid})")
            assert await asyncio.wait_for(reading, 5) == (["before"], ConnectionLostError)
            for _ in range(2):
                with pytest.raises(ConnectionLostError) as caught:
                    await next_of(notifications)
                assert caught.value.__cause__ is not None and caught.value.retryable
            await notify("c", "missed")
            await notifications.reconnect()
            await notify("c", "again")
            assert (await next_of(notifications)).payload == "again"

    run(main)


async def _payloads(notifications: Notifications) -> tuple[list[str], Any]:
    """What comes until an error, and the class of that, or the nearest that is not the server's word."""
    got: list[str] = []
    try:
        async for note in notifications:
            got.append(note.payload)
    except ConnectionLostError:
        return got, ConnectionLostError
    return got, None


def test_a_network_that_falls_silent_is_noticed(store: Store) -> None:
    async def main() -> None:
        async with proxy_to(store.target.host or "127.0.0.1", store.target.port or 5432) as (proxy, port):
            behind = Store(replace(store.target, host="127.0.0.1", port=port), store.scheme)
            async with (
                opened(store, behind, connect_timeout=0.5, heal_timeout=0.2),
                listen("c", check_every=0.1) as notifications,
            ):
                await asyncio.sleep(0.3)
                await notify("c", "still there")
                assert (await next_of(notifications)).payload == "still there"
                proxy.fall_silent()
                with pytest.raises(ConnectionLostError):
                    await next_of(notifications, 2)
                with pytest.raises(DBConnectionError):
                    await notifications.reconnect()
                with pytest.raises(ConnectionLostError):
                    await next_of(notifications)
                proxy.talk()
                await notifications.reconnect()
                await notify("c", "back")
                assert (await next_of(notifications)).payload == "back"

    run(main)


def test_closing_ends_the_iteration(store: Store) -> None:
    async def main() -> None:
        async with opened(store):
            notifications = listen("c")
            async with notifications:
                await notify("c", "1")
                await asyncio.sleep(0.05)
                reading = asyncio.ensure_future(_payloads(notifications))
                await asyncio.sleep(0.05)
            assert await asyncio.wait_for(reading, 2) == (["1"], None)
            async with notifications:  # the same object may listen again
                await notify("c", "2")
                assert (await next_of(notifications)).payload == "2"

    run(main)


def test_cancelled_at_every_moment(store: Store) -> None:
    async def main() -> None:
        async with opened(store):

            async def work() -> None:
                async with listen("c") as notifications:
                    async for _ in notifications:
                        pass

            for turns in range(30):
                task = asyncio.ensure_future(work())
                for _ in range(turns):
                    await asyncio.sleep(0 if turns % 2 else 0.0005)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    run(main)


def test_it_takes_no_session_of_the_pool(store: Store) -> None:
    async def main() -> None:
        async with opened(store, maxsize=1), listen("a") as one, listen("b") as two:
            async with in_transaction():
                await notify("a", "1")
                await notify("b", "2")
            assert ((await next_of(one)).payload, (await next_of(two)).payload) == ("1", "2")

    run(main)


@pytest.mark.parametrize("channel", ["", "x" * 64, "ü" * 32, "nul\0", None, 5])
def test_names_that_are_none(store: Store, channel: Any) -> None:
    async def main() -> None:
        async with store.open():
            with pytest.raises(ParamsError, match="63 bytes"):
                listen(channel)
            with pytest.raises(ParamsError, match="63 bytes"):
                await notify(channel)

    run(main)


def test_other_mistakes(store: Store) -> None:
    async def main() -> None:
        async with store.open():
            with pytest.raises(ParamsError, match="name a channel"):
                listen()
            with pytest.raises(ParamsError, match="keep=0"):
                listen("c", keep=0)
            with pytest.raises(ParamsError, match="a text, not dict"):
                await notify("c", {})  # type: ignore[arg-type]
            with pytest.raises(OperationalError, match="payload"):
                await notify("c", "x" * 8000)

    run(main)


def test_a_server_that_is_not_there(store: Store) -> None:
    async def main() -> None:
        here = Store(replace(store.target, port=1), store.scheme)
        async with here.open():
            with pytest.raises(DBConnectionError) as caught:
                async with listen("c"):
                    raise AssertionError
            assert caught.value.__cause__ is not None

    run(main)


def test_other_databases() -> None:
    async def main() -> None:
        recorder = Recorder()
        async with recording(recorder, standard_dialect(), {}):
            with pytest.raises(UnSupportedError, match="LISTEN is PostgreSQL's; this connection is standard"):
                async with listen("c"):
                    raise AssertionError
            with pytest.raises(UnSupportedError, match="NOTIFY"):
                await notify("c")
            assert recorder.statements == [] and recorder.sessions == 0

    run(main)
