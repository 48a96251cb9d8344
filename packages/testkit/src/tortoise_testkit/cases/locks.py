"""Locks on rows, and hints of indexes."""

from __future__ import annotations

import asyncio

from tortoise.exceptions import FieldError, OperationalError, ParamsError, UnSupportedError
from tortoise.functions import Count
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book
from tortoise_testkit.samples import fill_shelf


async def test_rows_are_read_as_ever(db: Database) -> None:
    await fill_shelf()
    async with in_transaction():
        assert (await Book.filter(title="Alpha").select_for_update().get()).pages == 100
        query = Book.all().select_related("editor", "author").select_for_update(skip_locked=True).order_by("title")
        assert titles(await query) == ["Alpha", "Beta", "Delta", "Gamma"]
        assert titles(await Book.filter(author__name="Ann").select_for_update(of=("book", "author")).order_by("title"))
        assert await Book.all().select_for_update().values_list("title", flat=True)
        assert await Book.all().select_for_update().count() == 4


async def test_a_lock_is_written_where_rows_can_be_locked(db: Database) -> None:
    text = Book.all().select_for_update(nowait=True).sql()
    assert text.endswith("FOR UPDATE NOWAIT") is db.capabilities.row_locks
    assert ("UPDATE" in text) is db.capabilities.row_locks
    assert "NOWAIT" not in Book.all().select_for_update().sql()
    joined = Book.filter(author__name="x").select_for_update(of=("author",), skip_locked=True).sql()
    assert ("OF " in joined and "SKIP LOCKED" in joined) is db.capabilities.row_locks


async def test_locked_rows(db: Database) -> None:
    """Where rows can be locked, others find them so; elsewhere this is for the file as a whole to see to."""
    await fill_shelf()
    if not db.capabilities.row_locks:
        assert "FOR UPDATE" not in Book.all().select_for_update().sql()
        return
    locked = asyncio.Event()

    async def other() -> None:
        await locked.wait()
        async with in_transaction():
            query = Book.all().order_by("title")
            assert titles(await query.select_for_update(skip_locked=True)) == ["Beta", "Delta", "Gamma"]
        with refused(OperationalError):
            async with in_transaction():
                await Book.filter(title="Alpha").select_for_update(nowait=True)

    # begun outside the transaction, so that it takes no part in it
    task = asyncio.create_task(other())
    async with in_transaction():
        await Book.filter(title="Alpha").select_for_update().get()
        locked.set()
        await asyncio.wait({task})
    await task


async def test_without_the_key(db: Database) -> None:
    await fill_shelf()
    if db.capabilities.row_locks and not db.capabilities.no_key_locks:
        with refused(UnSupportedError, "NO KEY"):
            Book.all().select_for_update(no_key=True).sql()
        return
    assert ("NO KEY" in Book.all().select_for_update(no_key=True).sql()) is db.capabilities.no_key_locks


async def test_locks_that_several_may_hold(db: Database) -> None:
    await fill_shelf()
    found = db.capabilities
    for key_only, known in ((False, found.share_locks), (True, found.share_locks and found.no_key_locks)):
        query = Book.filter(title="Alpha").select_for_share(key_only=key_only)
        if found.row_locks and not known:
            with refused(UnSupportedError, "SHARE", found.dialect):
                query.sql()
            continue
        assert query.sql().endswith("FOR KEY SHARE" if key_only else "FOR SHARE") is found.row_locks
        async with in_transaction():
            assert titles(await query) == ["Alpha"]
    if not (found.row_locks and found.share_locks):
        return
    locked = asyncio.Event()

    async def other() -> None:
        await locked.wait()
        async with in_transaction():
            assert titles(await Book.filter(title="Alpha").select_for_share(nowait=True)) == ["Alpha"]
            assert await Book.filter(title="Alpha").select_for_update(skip_locked=True) == []

    task = asyncio.create_task(other())
    async with in_transaction():
        await Book.filter(title="Alpha").select_for_share().get()
        locked.set()
        await asyncio.wait({task})
    await task


async def test_two_workers_take_different_rows_of_a_queue(db: Database) -> None:
    """One statement each: what another one has picked is passed over where rows can be locked."""
    await fill_shelf()
    if not (db.capabilities.row_locks and db.capabilities.delete_returning):
        one = await Book.all().order_by("title").limit(1).select_for_update(skip_locked=True).delete()
        assert one == 1 and await Book.all().count() == 3
        return
    picked = asyncio.Event()
    head = Book.all().order_by("title").limit(1).select_for_update(skip_locked=True)

    async def other() -> list[Book]:
        await picked.wait()
        return await head.delete().returning()

    task = asyncio.create_task(other())
    async with in_transaction():
        assert titles(await head.update(pages=1).returning()) == ["Alpha"]
        picked.set()
        await asyncio.wait({task})
    assert titles(await task) == ["Beta"]


async def test_what_cannot_be_meant_is_refused(db: Database) -> None:
    with refused(ParamsError, "select_for_update", "nowait"):
        Book.all().select_for_update(nowait=True, skip_locked=True)
    with refused(ParamsError, "select_for_share", "nowait"):
        Book.all().select_for_share(nowait=True, skip_locked=True)
    if db.capabilities.row_locks:
        for query in (
            Book.all().distinct().select_for_update(),
            Book.annotate(n=Count("tags")).select_for_update(),
            Book.annotate(n=Count("id")).select_for_update().values("n"),
            Book.all().group_by("pages").select_for_update().values("pages"),
        ):
            with refused(FieldError, "lock", "distinct"):
                query.sql()
        with refused(FieldError, "nothing"):
            Book.all().select_for_update(of=("nothing",)).sql()


async def test_hints_change_no_rows(db: Database) -> None:
    await fill_shelf()
    for query in (Author.all().use_index("a"), Author.all().force_index("a", 'b"c')):
        assert await query.count() == await Author.all().count()
        if not db.capabilities.index_hints:
            assert query.sql() == Author.all().sql()
    with refused(ParamsError, "index"):
        Author.all().use_index()
