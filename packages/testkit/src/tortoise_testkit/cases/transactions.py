"""in_transaction: commit, rollback, nesting, several tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tortoise import Tortoise, connections
from tortoise.exceptions import BaseORMException, IntegrityError, TransactionManagementError
from tortoise.transactions import atomic, in_transaction
from tortoise_core.session.transaction_block import transaction_on
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Person, Tag


async def owners() -> str:
    return "".join(await Account.all().order_by("owner").values_list("owner", flat=True))


async def test_commit(db: Database) -> None:
    async with in_transaction():
        await Account.create(owner="a")
        await Account.create(owner="b")
    assert await owners() == "ab"


async def test_rollback(db: Database) -> None:
    await Account.create(owner="a")
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await Account.create(owner="b")
            await Account.filter(owner="a").delete()
            assert await owners() == "b"
            raise ZeroDivisionError
    assert await owners() == "a"


async def test_rollback_by_hand(db: Database) -> None:
    async with in_transaction() as transaction:
        await Account.create(owner="a")
        await transaction.rollback()
    assert await owners() == ""


async def test_commit_by_hand(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction() as transaction:
            await Account.create(owner="a")
            await transaction.commit()
            raise ZeroDivisionError
    assert await owners() == "a"


async def test_named_connection(db: Database) -> None:
    async with in_transaction("default") as transaction:
        await Account.create(owner="a", using_db=transaction)
        assert await Account.all(using_db=transaction).count() == 1
        assert await Account.filter(owner="a").using_db(transaction).exists()
    assert await owners() == "a"


async def test_atomic(db: Database) -> None:
    @atomic()
    async def work(fail: bool) -> int:
        await Account.create(owner="x" if fail else "a")
        if fail:
            raise ZeroDivisionError
        return 5

    assert await work(False) == 5
    with pytest.raises(ZeroDivisionError):
        await work(True)
    assert await owners() == "a"


async def test_nested_commit(db: Database) -> None:
    async with in_transaction():
        await Account.create(owner="a")
        async with in_transaction():
            await Account.create(owner="b")
            async with in_transaction():
                await Account.create(owner="c")
        await Account.create(owner="d")
    assert await owners() == "abcd"


async def test_nested_rollback(db: Database) -> None:
    async with in_transaction():
        await Account.create(owner="a")
        with pytest.raises(ZeroDivisionError):
            async with in_transaction():
                await Account.create(owner="b")
                async with in_transaction():
                    await Account.create(owner="c")
                raise ZeroDivisionError
        assert await owners() == "a"
        async with in_transaction():
            await Account.create(owner="d")
    assert await owners() == "ad"


async def test_outer_rollback_undoes_what_was_nested(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            async with in_transaction():
                await Account.create(owner="a")
            raise ZeroDivisionError
    assert await owners() == ""


async def test_an_error_of_the_server_in_a_nested_block_leaves_the_outer_one_usable(db: Database) -> None:
    async with in_transaction():
        await Account.create(owner="a")
        with refused(IntegrityError):
            async with in_transaction():
                await Account.create(owner="a")
        await Account.create(owner="b")
    assert await owners() == "ab"


async def test_many_nested_in_a_row(db: Database) -> None:
    async with in_transaction():
        for at in range(20):
            try:
                async with in_transaction():
                    await Account.create(owner=chr(97 + at))
                    if at % 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
    assert await owners() == "acegikmoqs"


async def test_bulk_create_inside(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await Account.bulk_create([Account(owner=owner) for owner in "abc"])
            assert await owners() == "abc"
            raise ZeroDivisionError
    assert await owners() == ""


async def test_relations_inside(db: Database) -> None:
    person, friend = await Person.create(name="a"), await Person.create(name="b")
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await person.friends.add(friend)
            await person.staff.create(name="c")
            assert len(await person.friends) == len(await person.staff) == 1
            raise ZeroDivisionError
    assert await person.friends == []
    assert await person.staff == []


# -- several tasks


async def test_gather_in_one_transaction(db: Database) -> None:
    async with in_transaction():
        await asyncio.gather(*[Account.create(owner=chr(97 + at)) for at in range(20)])
        assert await Account.all().count() == 20
    assert len(await owners()) == 20


async def test_gather_in_one_transaction_that_is_rolled_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await asyncio.gather(*[Account.create(owner=chr(97 + at)) for at in range(20)])
            raise ZeroDivisionError
    assert await owners() == ""


async def test_nested_blocks_of_two_tasks_are_refused_clearly(db: Database) -> None:
    async def nested(owner: str) -> None:
        async with in_transaction():
            await Account.create(owner=owner)
            await asyncio.sleep(0.01)
            await Account.create(owner=owner.upper())

    async with in_transaction():
        results = await asyncio.gather(*[nested(owner) for owner in "abc"], return_exceptions=True)
    errors = [result for result in results if result is not None]
    assert len(errors) == 2
    assert all(isinstance(error, TransactionManagementError) and "nest" in str(error) for error in errors)
    assert len(await owners()) == 2


async def test_transactions_of_several_tasks(db: Database) -> None:
    async def work(owner: str) -> None:
        async with in_transaction():
            await Account.create(owner=owner)
            await asyncio.sleep(0.001)
            if owner in "bd":
                raise ZeroDivisionError

    results = await asyncio.gather(*[work(owner) for owner in "abcdef"], return_exceptions=True)
    assert [type(result) for result in results if result] == [ZeroDivisionError] * 2
    assert await owners() == "acef"


async def test_other_tasks_do_not_see_what_is_not_committed(db: Database) -> None:
    written, looked = asyncio.Event(), asyncio.Event()

    async def writer() -> None:
        async with in_transaction():
            await Account.create(owner="a")
            written.set()
            if db.capabilities.concurrent_sessions:
                await looked.wait()

    task = asyncio.ensure_future(writer())
    await written.wait()
    seen = await asyncio.wait_for(Account.all().count(), 10)
    looked.set()
    await task
    assert seen == (0 if db.capabilities.concurrent_sessions else 1)
    assert await owners() == "a"


async def test_a_task_that_outlives_its_transaction_writes_durably(db: Database) -> None:
    ended = asyncio.Event()

    async def late() -> None:
        await ended.wait()
        await Account.create(owner="late")

    async with in_transaction():
        await Account.create(owner="in time")
        task = asyncio.ensure_future(late())
    ended.set()
    await task
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await Account.create(owner="undone")
            raise ZeroDivisionError
    assert await Account.all().order_by("owner").values_list("owner", flat=True) == ["in time", "late"]


async def test_a_transaction_that_has_ended_is_refused(db: Database) -> None:
    async with in_transaction() as transaction:
        await Account.create(owner="a")
    with refused(TransactionManagementError, "ended"):
        await Account.create(owner="b", using_db=transaction)
    with refused(TransactionManagementError, "ended"):
        await Account.all().using_db(transaction)
    assert await owners() == "a"


async def test_cancellation_rolls_back(db: Database) -> None:
    started = asyncio.Event()

    async def work() -> None:
        async with in_transaction():
            await Account.create(owner="a")
            started.set()
            await asyncio.sleep(60)

    task = asyncio.ensure_future(work())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await owners() == ""


@pytest.mark.parametrize("steps", range(8))
async def test_cancellation_at_the_first_steps_frees_the_connection(db: Database, steps: int) -> None:
    async def work() -> None:
        async with in_transaction():
            await Account.create(owner="a")
            await Account.create(owner="b")

    task = asyncio.ensure_future(work())
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert await asyncio.wait_for(owners(), 10) in ("", "ab")
    async with in_transaction():
        await Account.create(owner="c")
    assert (await owners())[-1] == "c"


async def test_a_lost_race_is_an_integrity_error(db: Database) -> None:
    async def work(name: str) -> bool:
        try:
            async with in_transaction():
                await Tag.create(name=name)
        except IntegrityError:
            return False
        return True

    results = await asyncio.gather(*[work("same") for _ in range(5)])
    assert sorted(results) == [False] * 4 + [True]


async def test_read_then_write_of_many_tasks(db: Database) -> None:
    account = await Account.create(owner="a")

    async def add() -> None:
        async with in_transaction():
            await Account.filter(id=account.id).update(note="lock")
            current = await Account.get(id=account.id)
            await Account.filter(id=account.id).update(balance=current.balance + 1)

    await asyncio.gather(*[add() for _ in range(20)])
    assert (await Account.get(id=account.id)).balance == 20


async def test_closing_inside_ones_own_transaction_is_refused_at_once(db: Database) -> None:
    closings: list[Callable[[], Awaitable[None]]] = [
        Tortoise.close_connections,
        connections.close_all,
        db.connection.close,
        lambda: asyncio.wait_for(Tortoise.close_connections(), 30),  # in a task of its own on older Pythons
    ]
    async with in_transaction():
        await Account.create(owner="a")
        for close in closings:
            with refused(TransactionManagementError, "leave"):
                await asyncio.wait_for(close(), 5)
        await Account.create(owner="b")
    assert await owners() == "ab"


async def test_a_context_that_ends_inside_its_own_transaction_leaves_nothing(db: Database) -> None:
    forgotten = None
    with refused(TransactionManagementError, "leave"):
        async with db.another(Account) as context:
            forgotten = transaction_on(context.connections.connection("default"))
            await forgotten.__aenter__()
            await Account.create(owner="a")
    assert forgotten is not None
    with pytest.raises(BaseORMException):
        await forgotten.__aexit__(None, None, None)
