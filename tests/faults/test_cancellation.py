"""Every await point of every operation is cancelled once, early, late and insistently: nothing may be left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import pytest
from fault_models import Author, Note, Reply
from places import Store, store
from stepping import MODES, cancelled_at_every_step

from tortoise import connections
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

pytestmark = pytest.mark.fault

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


class Oops(Exception):
    """What a body raises to have its work undone."""


async def get() -> None:
    assert (await Note.get(text="first")).number == 1


async def create() -> None:
    await Note.create(text="made", number=2)


async def save() -> None:
    note = await Note.get(text="first")
    note.text = "other"
    await note.save()
    note.text = "first"
    await note.save()


async def bulk_create() -> None:
    await Note.bulk_create([Note(text=f"made {number}", number=number) for number in range(2)])


async def two_rows() -> None:
    await Note.create(text="made", number=2)
    await Note.create(text="made", number=3)


async def transaction() -> None:
    async with in_transaction():
        await two_rows()


async def undone_transaction() -> None:
    try:
        async with in_transaction():
            await two_rows()
            raise Oops
    except Oops:
        return


async def nested() -> None:
    async with in_transaction():
        await Note.create(text="made", number=2)
        async with in_transaction():
            await Note.create(text="made", number=3)


async def undone_nested() -> None:
    async with in_transaction():
        await Note.create(text="made", number=2)
        try:
            async with in_transaction():
                await two_rows()
                raise Oops
        except Oops:
            pass
        await Note.create(text="made", number=3)


async def parallel() -> None:
    async with in_transaction():
        await asyncio.gather(*(Note.create(text="made", number=number) for number in range(4)))


async def left_in_flight() -> None:
    """The end of the block waits for the statement of a task that nobody awaited."""
    async with in_transaction():
        task = asyncio.ensure_future(Note.create(text="made"))
        # read here, because the operation may be cut off before it comes to wait for the task
        task.add_done_callback(_fails_well)
        await asyncio.sleep(0)
    await asyncio.wait({task})


def _fails_well(task: asyncio.Future[Note]) -> None:
    """A task that outlives its transaction is told by a Tortoise error, if its statement did not make it."""
    error = None if task.cancelled() else task.exception()
    assert error is None or isinstance(error, BaseORMException), repr(error)


async def bulk_in_batches() -> None:
    notes = [Note(text="made", number=number) for number in range(6)]
    await Note.bulk_create(notes, batch_size=2)


async def bulk_update() -> None:
    note = await Note.get(text="first")
    note.number = 1
    await Note.bulk_update([note], ["number"])


async def update_and_delete() -> None:
    assert await Note.filter(text="first").update(number=1) == 1
    assert await Note.filter(text="nobody").delete() == 0


async def stream() -> None:
    async for note in Note.filter(text="first"):
        assert note.number == 1
        assert await Note.filter(text="first").exists()


async def stream_in_transaction() -> None:
    async with in_transaction():
        await Note.create(text="made", number=2)
        assert [note.text async for note in Note.filter(text="made").order_by("-id").limit(1)] == ["made"]
        await Note.create(text="made", number=3)


async def stream_that_is_left() -> None:
    async for _ in Note.all():
        break


async def prefetch() -> None:
    found = await Note.filter(text="first").prefetch_related("replies__author")
    assert [[reply.author.name for reply in note.replies] for note in found] == [["reader"]]


async def locked() -> None:
    async with in_transaction():
        note = await Note.select_for_update().get(text="first")
        note.text = "other"
        await note.save()
        note.text = "first"
        await note.save()


async def got_or_created() -> None:
    assert not (await Note.get_or_create(text="first"))[1]


async def close() -> None:
    await connections.get("default").close()  # a later statement opens new sessions


async def closed_and_opened() -> None:
    await connections.get("default").close()
    assert await Note.filter(text="first").count() == 1


async def script() -> None:
    await connections.get("default").execute_script("UPDATE note SET number = 1; UPDATE note SET number = 1")


async def raw() -> None:
    async with in_transaction() as connection:
        await connection.execute_query("INSERT INTO note (text, number) VALUES ('raw', 1)")
        await connection.execute_query("INSERT INTO note (text, number) VALUES ('raw', 2)")


#: operation -> the numbers of rows it may have added when it was cut short, and those it adds when it was not
OPERATIONS: dict[Callable[[], Awaitable[None]], tuple[set[int], int]] = {
    get: ({0}, 0),
    create: ({0, 1}, 1),
    save: ({0}, 0),
    bulk_create: ({0, 2}, 2),
    transaction: ({0, 2}, 2),
    undone_transaction: ({0}, 0),
    nested: ({0, 2}, 2),
    undone_nested: ({0, 2}, 2),
    parallel: ({0, 4}, 4),
    left_in_flight: ({0, 1}, 1),
    raw: ({0, 2}, 2),
    bulk_in_batches: ({0, 6}, 6),
    bulk_update: ({0}, 0),
    update_and_delete: ({0}, 0),
    stream: ({0}, 0),
    stream_in_transaction: ({0, 2}, 2),
    stream_that_is_left: ({0}, 0),
    prefetch: ({0}, 0),
    locked: ({0}, 0),
    got_or_created: ({0}, 0),
    close: ({0}, 0),
    closed_and_opened: ({0}, 0),
    script: ({0}, 0),
}


async def cut(operation: Callable[[], Awaitable[None]], mode: str, place: Store, before: Any = None) -> int:
    """Cancel `operation` at each step and look after each; how many steps there were."""
    if_cut, if_not = OPERATIONS[operation]
    first, author = await Note.create(text="first", number=1), await Author.create(name="reader")
    await Reply.create(note=first, author=author)
    count, steps = await place.check(), 0

    async def start() -> None:
        if before is not None:
            await before()
        await operation()

    async for step, outcome in cancelled_at_every_step(start, mode):
        after = await place.check()
        expected = {if_not} if outcome is None else if_cut
        assert outcome is None or isinstance(outcome, asyncio.CancelledError), f"step {step}: {outcome!r}"
        assert after - count in expected, f"step {step}: {after - count} rows more, not one of {expected}"
        await Note.filter(text="other").update(text="first")  # as an interrupted `save` may leave it
        count, steps = after, step
    assert outcome is None
    return steps


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_on_open_sessions(run: Run, kind: str, tmp_path: Path, operation: Any, mode: str):
    if kind == "memory" and operation in (close, closed_and_opened):
        pytest.skip("a database in memory ends with its session")

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            assert await cut(operation, mode, place) >= 2

    run(main)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("operation", [get, transaction], ids=lambda operation: operation.__name__)
def test_while_the_only_session_is_taken(run: Run, kind: str, tmp_path: Path, operation: Any, mode: str):
    """Cut while it waits in line, as the session is handed over, and after that."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:

            async def take_for_a_moment() -> None:
                pool = place.connection.pool
                lease = pool.take(True) or await pool.acquire(True)
                asyncio.get_running_loop().call_later(0.002, pool.give_back, lease)

            assert await cut(operation, mode, place, take_for_a_moment) >= 3
            assert place.stats.total_waited >= 3

    run(main)
