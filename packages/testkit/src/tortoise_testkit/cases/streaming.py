"""Rows that come in parts, and what may happen between them: ``async for`` over a query, and over its `stream()`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ParamsError
from tortoise.transactions import in_transaction
from tortoise_core.load.streaming import PART
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Author, Book, Tag

#: enough for several parts
MANY = 2 * PART + 3


async def fill(count: int = MANY) -> list[str]:
    """Accounts, and their owners in order."""
    owners = [f"{number:06}" for number in range(count)]
    await Account.bulk_create([Account(owner=owner) for owner in owners])
    return owners


async def check_pool(db: Database) -> None:
    """All sessions are back, and the next statement works."""
    deadline = asyncio.get_running_loop().time() + 10
    while True:
        stats = db.connection.pool.stats()
        if stats.held == stats.healing == stats.waiting == 0:
            break
        assert asyncio.get_running_loop().time() < deadline, stats
        await asyncio.sleep(0.005)
    assert await Account.all().exists() in (True, False)


def each(query: Any, live: bool) -> Any:
    """What to iterate over: a cursor of the server, or all rows, loaded in parts."""
    return query.stream() if live else query


BOTH = pytest.mark.parametrize("live", [False, True], ids=["loaded in parts", "fetched in parts"])


@BOTH
@pytest.mark.parametrize("count", [0, 1, PART - 1, PART, PART + 1, MANY])
async def test_all_rows_in_order(db: Database, live: bool, count: int) -> None:
    owners = await fill(count)
    query = Account.all().order_by("owner")
    assert [account.owner async for account in each(query, live)] == owners
    assert [row async for row in each(query.values_list("owner", flat=True), live)] == owners
    assert [row async for row in each(query.values("owner"), live)] == [{"owner": o} for o in owners]
    await check_pool(db)


@BOTH
async def test_in_a_transaction(db: Database, live: bool) -> None:
    async with in_transaction():
        owners = await fill()
        seen = []
        async for account in each(Account.all().order_by("owner"), live):
            seen.append(account.owner)
            if len(seen) % 100 == 0:
                assert await Account.filter(owner=account.owner).count() == 1
        assert seen == owners
    await check_pool(db)


@BOTH
async def test_writing_in_between(db: Database, live: bool) -> None:
    owners = await fill()
    async for account in each(Account.all().order_by("owner"), live):
        if account.owner.endswith("0"):
            account.balance = 7
            await account.save()
    assert await Account.filter(balance=7).count() == sum(owner.endswith("0") for owner in owners)
    await check_pool(db)


@BOTH
async def test_transactions_in_between(db: Database, live: bool) -> None:
    await fill()
    async for account in each(Account.all().order_by("owner").limit(PART + 1), live):
        if account.owner.endswith("00"):
            async with in_transaction():
                await Account.filter(id=account.id).update(balance=1)
    assert await Account.filter(balance=1).count() == 3
    await check_pool(db)


@BOTH
@pytest.mark.parametrize("inside", [False, True])
async def test_left_early(db: Database, live: bool, inside: bool) -> None:
    async def leave() -> None:
        for _ in range(8):
            async for account in each(Account.all().order_by("owner"), live):
                assert account.owner == "000000"
                break

    await fill()
    if inside:
        async with in_transaction():
            await leave()
            await Account.create(owner="x")
        assert await Account.filter(owner="x").count() == 1
    else:
        await leave()
    await check_pool(db)


@BOTH
@pytest.mark.parametrize("inside", [False, True])
async def test_an_error_in_the_body(db: Database, live: bool, inside: bool) -> None:
    async def fail() -> None:
        async for _ in each(Account.all(), live):
            raise ZeroDivisionError

    await fill()
    with pytest.raises(ZeroDivisionError):
        if inside:
            async with in_transaction():
                await Account.create(owner="x")
                await fail()
        else:
            await fail()
    await check_pool(db)
    assert await Account.filter(owner="x").count() == 0


@BOTH
async def test_cancelled(db: Database, live: bool) -> None:
    await fill()

    async def read() -> None:
        async for _ in each(Account.all(), live):
            await asyncio.sleep(0)

    for steps in range(0, 40, 3):
        task = asyncio.ensure_future(read())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await check_pool(db)


@BOTH
async def test_several_at_once(db: Database, live: bool) -> None:
    owners = await fill()

    async def read() -> list[str]:
        return [account.owner async for account in each(Account.all().order_by("owner"), live)]

    assert await asyncio.gather(*(read() for _ in range(8))) == [owners] * 8
    async with in_transaction():
        assert await asyncio.gather(*(read() for _ in range(3))) == [owners] * 3
    await check_pool(db)


@BOTH
async def test_one_inside_the_other(db: Database, live: bool) -> None:
    await fill(3)
    await Tag.bulk_create([Tag(name=name) for name in "ab"])
    pairs = [(account.owner[-1], tag.name) async for account in each(Account.all(), live) async for tag in Tag.all()]
    assert sorted(pairs) == [(owner, name) for owner in "012" for name in "ab"]
    await check_pool(db)


@BOTH
async def test_prefetched_relations(db: Database, live: bool) -> None:
    authors = [Author(name=f"{number:06}") for number in range(PART + 2)]
    await Author.bulk_create(authors)
    await Book.bulk_create([Book(title=author.name, author=author) for author in authors])
    async for author in each(Author.all().prefetch_related("books"), live):
        assert [book.title for book in author.books] == [author.name]
    await check_pool(db)


@BOTH
async def test_an_error_of_the_server(db: Database, live: bool) -> None:
    await fill(1)
    await db.executor.execute_script("ALTER TABLE account RENAME TO elsewhere")
    try:
        with pytest.raises(BaseORMException):
            _ = [account async for account in each(Account.all(), live)]
    finally:
        await db.executor.execute_script("ALTER TABLE elsewhere RENAME TO account")
    await check_pool(db)


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
async def test_parts_of_a_given_size(db: Database, size: int) -> None:
    owners = await fill(10)
    query = Account.all().order_by("owner")
    assert [account.owner async for account in query.stream(chunk_size=size)] == owners
    assert [owner async for owner in query.values_list("owner", flat=True).stream(size)] == owners


async def test_what_is_written_after_a_stream_is_stored(db: Database) -> None:
    """A stream leaves no transaction open in which what follows would get lost."""
    assert [account.owner async for account in Account.all().stream()] == []
    owners = await fill(3)
    assert [account.owner async for account in Account.all().order_by("owner").stream(1)] == owners
    await Account.create(owner="later")
    async with TortoiseContext() as other:
        await other.init(db_url=db.url, modules={"models": [module_of(Account)]})
        assert await Account.all().count() == 4


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "5"])
async def test_impossible_sizes_are_refused(db: Database, size: object) -> None:
    with refused(ParamsError, "chunk_size"):
        Account.all().stream(size)  # type: ignore[arg-type]  # that is the mistake
    with refused(ParamsError, "chunk_size"):
        Account.all().values("id").stream(size)  # type: ignore[arg-type]  # the same


async def test_a_loop_holds_no_session(db: Database) -> None:
    await fill(3)
    async for _ in Account.all():
        assert db.connection.pool.stats().held == 0
