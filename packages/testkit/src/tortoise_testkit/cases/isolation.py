"""What transactions are asked for: isolation levels, reading only, and being tried again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tortoise.exceptions import (
    IntegrityError,
    OperationalError,
    ParamsError,
    TransactionManagementError,
    UnSupportedError,
)
from tortoise.transactions import IsolationLevel, atomic, in_transaction
from tortoise_core.base.errors import ErrorInfo, ErrorKind, error_for
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account


async def test_every_level(db: Database) -> None:
    for level in IsolationLevel:
        for name in (level, level.value, level.name, level.value.upper()):
            block = in_transaction(isolation=name)
            if level.value in db.capabilities.isolation_levels:
                async with block:
                    await Account.create(owner=f"{name}"[:20])
                    await Account.all().delete()
            else:
                with refused(UnSupportedError, level.value, "serializable", db.capabilities.dialect):
                    async with block:
                        pass
    with refused(ParamsError, "isolation", "repeatable read", "snapshot"):
        in_transaction(isolation="snapshot")
    assert await Account.all().count() == 0


async def test_what_was_read_stays_as_it_was(db: Database) -> None:
    level = "repeatable read" if "repeatable read" in db.capabilities.isolation_levels else "serializable"
    await Account.create(owner="a", balance=1)
    read, written = asyncio.Event(), asyncio.Event()

    async def reader() -> list[int]:
        async with in_transaction(isolation=level):
            before = (await Account.get(owner="a")).balance
            read.set()
            if db.capabilities.row_locks:  # elsewhere the other one waits for the end of this block
                await written.wait()
            return [before, (await Account.get(owner="a")).balance]

    task = asyncio.ensure_future(reader())
    await read.wait()
    async with in_transaction():
        await Account.all().update(balance=2)
    written.set()
    assert await task == [1, 1]


async def test_reading_only(db: Database) -> None:
    await Account.create(owner="a")
    block = in_transaction(read_only=True)
    if not db.capabilities.read_only_transactions:
        with refused(UnSupportedError, "read-only", db.capabilities.dialect):
            async with block:
                pass
        return
    async with block:
        assert await Account.all().count() == 1
    with pytest.raises(OperationalError) as found:
        async with in_transaction(read_only=True):
            await Account.create(owner="b")
    assert found.value.kind is ErrorKind.READ_ONLY
    await Account.create(owner="b")


async def test_waiting_for_a_quiet_moment(db: Database) -> None:
    with refused(ParamsError, "deferrable", "read_only"):
        in_transaction(deferrable=True)
    block = in_transaction(isolation="serializable", read_only=True, deferrable=True)
    if not db.capabilities.deferrable_transactions:
        with refused(UnSupportedError, db.capabilities.dialect):
            async with block:
                pass
        return
    async with block:
        assert await Account.all().count() == 0


async def test_a_nested_block_is_as_the_one_around_it(db: Database) -> None:
    async with in_transaction(isolation="serializable"):
        await Account.create(owner="a")
        async with in_transaction():
            await Account.create(owner="b")
        async with in_transaction(isolation="serializable"):
            await Account.create(owner="c")
        with refused(TransactionManagementError, "read committed", "is serializable"):
            async with in_transaction(isolation="read committed"):
                pass
        await Account.create(owner="d")
    assert await Account.all().count() == 4
    async with in_transaction():
        with refused(TransactionManagementError, "serializable", "the default isolation level"):
            async with in_transaction(isolation="serializable"):
                pass
        with refused(TransactionManagementError, "read only"):
            async with in_transaction(read_only=True):
                pass
        assert await Account.all().count() == 4


async def test_conflicts_are_tried_again(db: Database) -> None:
    """Each reads what all of them write: what one server refuses, another one makes wait."""
    await Account.create(owner="a", balance=0)
    calls = 0

    @atomic(isolation="serializable", retries=50)
    async def add_one() -> None:
        nonlocal calls
        calls += 1
        account = await Account.get(owner="a")
        await asyncio.sleep(0)
        await Account.filter(owner="a").update(balance=account.balance + 1)

    await asyncio.gather(*[add_one() for _ in range(8)])
    assert (await Account.get(owner="a")).balance == 8
    assert calls >= 8


def _failing(kind: ErrorKind, times: int, **options: Any) -> tuple[Any, list[int]]:
    """A function that writes and fails so many times, and its calls."""
    calls: list[int] = []

    @atomic(**options)
    async def work() -> str:
        calls.append(1)
        await Account.create(owner="a")
        if len(calls) <= times:
            raise error_for(ErrorInfo(kind, "made up"))
        return "done"

    return work, calls


async def test_as_often_as_is_asked_for(db: Database) -> None:
    for kind in (ErrorKind.DEADLOCK, ErrorKind.SERIALIZATION, ErrorKind.LOCK_TIMEOUT):
        work, calls = _failing(kind, 2, retries=2)
        assert await work() == "done"
        assert (len(calls), await Account.all().delete()) == (3, 1)
        work, calls = _failing(kind, 3, retries=2)
        with refused(OperationalError, "made up"):
            await work()
        assert (len(calls), await Account.all().count()) == (3, 0)
    work, calls = _failing(ErrorKind.DEADLOCK, 1)
    with refused(OperationalError, "made up"):
        await work()
    assert len(calls) == 1


async def test_other_failures_are_told_at_once(db: Database) -> None:
    for kind, error in ((ErrorKind.UNIQUE, IntegrityError), (ErrorKind.DATA, OperationalError)):
        work, calls = _failing(kind, 1, retries=5)
        with refused(error, "made up"):
            await work()
        assert (len(calls), await Account.all().count()) == (1, 0)
    with refused(ParamsError, "retries"):
        atomic(retries=-1)


async def test_nothing_is_tried_again_inside_another_block(db: Database) -> None:
    work, calls = _failing(ErrorKind.DEADLOCK, 1, retries=5)
    with refused(OperationalError, "made up"):
        async with in_transaction():
            await work()
    assert (len(calls), await Account.all().count()) == (1, 0)
    assert await work() == "done"
