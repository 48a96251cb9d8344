"""What goes wrong in tortoise-orm 1.1.9 with tasks and errors, by the numbers of our list of its defects.

16, 19 and 21 are in test_cancellation_in_flight, 18 in test_forgotten_close, 20 and 22 in test_postgres_network,
the files of 24 in test_sqlite_files.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import pytest
from fault_models import Note
from places import DIALECT, QUICK_KINDS, store

from tortoise import connections
from tortoise.exceptions import BaseORMException, TransactionManagementError
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

pytestmark = pytest.mark.fault


@pytest.fixture(params=sorted(QUICK_KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; none of these tests waits for a statement to be stopped."""
    return str(request.param)


Run = Callable[[Callable[[], Awaitable[Any]]], Any]


class Oops(Exception):
    """What a body raises to have its work undone."""


def test_07_a_task_that_outlives_its_transaction_keeps_what_it_wrote(run: Run, kind: str, tmp_path: Path):
    """Its write is not part of whatever transaction holds that session later."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            over = asyncio.Event()

            async def outlive() -> Note:
                await over.wait()
                return await Note.create(text="acknowledged")

            async with in_transaction():
                await Note.create(text="kept")
                task = asyncio.ensure_future(outlive())
            with pytest.raises(Oops):
                async with in_transaction():
                    await Note.create(text="undone")
                    over.set()
                    if place.connection.pool.options.max_size > 1 and DIALECT == "postgres":
                        await task  # another session has room for it now; where there is none it waits for the end
                    raise Oops
            note = await task
            assert (await Note.get(id=note.id)).text == "acknowledged"
            assert await place.check() == 2

    run(main)


@pytest.mark.parametrize("count", [2, 5])
def test_17_nested_transactions_of_several_tasks_at_once(run: Run, kind: str, tmp_path: Path, count: int):
    """One of them runs, the others are told plainly why not, and what is around them is unharmed."""

    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:

            async def nest(number: int) -> int:
                async with in_transaction():
                    await Note.create(text="nested", number=number)
                    await asyncio.sleep(0)  # so that they overlap, also where statements do not wait
                    return number

            async with in_transaction():
                await Note.create(text="outer")
                results = await asyncio.gather(*(nest(number) for number in range(count)), return_exceptions=True)
                assert results[0] == 0
                for result in results[1:]:
                    assert isinstance(result, TransactionManagementError), repr(result)
                    assert "nested transaction" in str(result) and "task" in str(result).lower()
                assert await nest(9) == 9
            assert await place.check() == 3

    run(main)


def test_17_statements_of_several_tasks_in_one_transaction(run: Run, kind: str, tmp_path: Path):
    async def main() -> None:
        async with store(kind, tmp_path, max_size=2) as place:
            for ending in (None, Oops):
                try:
                    async with in_transaction():
                        await asyncio.gather(*(Note.create(text="together", number=number) for number in range(20)))
                        assert await Note.filter(text="together").count() == 20 * (1 if ending is None else 2)
                        if ending is not None:
                            raise ending
                except Oops:
                    pass
            assert await place.check() == 20

    run(main)


def nested_q(depth: int) -> Q:
    condition = Q(number=1)
    for _ in range(depth):
        condition = ~(condition & Q(text="x"))
    return condition


#: what is done with values that no column can hold
REFUSED: dict[str, Callable[[], Awaitable[Any]]] = {
    "an integer over 64 bits, written": lambda: Note.create(text="x", number=1 << 70),
    "an integer over 64 bits, compared": lambda: Note.filter(number=1 << 70).count(),
    "an integer over 64 bits, updated": lambda: Note.all().update(number=1 << 70),
    "a text for an integer": lambda: Note.filter(number="abc").count(),
    "a lone surrogate, written": lambda: Note.create(text="\ud800"),
    "a lone surrogate, compared": lambda: Note.filter(text="\ud800").count(),
    "a lone surrogate, looked for": lambda: Note.filter(text__contains="\ud800").count(),
    "a lone surrogate, many": lambda: Note.bulk_create([Note(text="fine"), Note(text="\ud800")]),
    "3000 conditions one inside the other": lambda: Note.filter(nested_q(3000)).count(),
    "SQL that is none": lambda: connections.get("default").execute_query("SELEC 1"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("inside", [False, True], ids=["alone", "in a transaction"])
def test_24_what_cannot_be_done_is_refused_by_an_error_of_ours(
    run: Run, kind: str, tmp_path: Path, case: str, inside: bool
):
    async def main() -> None:
        async with store(kind, tmp_path, max_size=1) as place:
            await Note.create(text="first", number=1)

            async def attempt() -> Any:
                if not inside:
                    return await REFUSED[case]()
                async with in_transaction():
                    return await REFUSED[case]()

            try:
                result = await attempt()
            except BaseORMException as error:
                assert str(error)
            else:
                # a comparison with what no row can hold may as well find nothing
                assert result == 0 and ("compared" in case or "looked" in case or "conditions" in case), result
            assert await place.check() == 1

    run(main)
