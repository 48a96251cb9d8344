"""What hangs, leaks and fails in tortoise-orm 1.1.9, by the numbers of our list of its defects: here it does not."""

from __future__ import annotations

import asyncio
import datetime as dt
import gc
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import (
    BaseORMException,
    IntegrityError,
    TransactionManagementError,
    UnSupportedError,
    ValidationError,
)
from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model
from tortoise.query_utils import Prefetch
from tortoise.transactions import in_transaction
from tortoise_core.schema.fields import documents
from tortoise_testkit.cases import known_defects
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Author, Book, Country, Document, Publisher, Sample, Tag
from tortoise_testkit.programs import ran

#: seconds after which something hangs
SOON = 20.0


# -- hangs and leaks


async def test_defect_16_a_transaction_cancelled_at_its_start(db: Database) -> None:
    async def work() -> None:
        async with in_transaction():
            await Account.create(owner="undone")
            await asyncio.sleep(60)

    for steps in range(12):
        task = asyncio.ensure_future(work())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, SOON)
        assert await asyncio.wait_for(Account.all().count(), SOON) == 0
    async with in_transaction():
        await asyncio.wait_for(Account.create(owner="kept"), SOON)
    assert await Account.all().count() == 1


async def test_defect_17_nested_transactions_of_several_tasks(db: Database) -> None:
    async def nest(number: int) -> int:
        async with in_transaction():
            await Tag.create(name=str(number))
            await asyncio.sleep(0)  # so that they overlap, also where statements do not wait
            return number

    async with in_transaction():
        done = await asyncio.wait_for(asyncio.gather(*map(nest, range(3)), return_exceptions=True), SOON)
        assert done[0] == 0
        assert [type(error) for error in done[1:]] == [TransactionManagementError] * 2
        assert all("nested transaction" in str(error) for error in done[1:])
    assert await Tag.all().count() == 1


async def test_defect_18_a_program_that_does_not_close(db: Database) -> None:
    async with db.new_url() as url:
        code = "async def main():\n    await init()\n    await Tortoise.generate_schemas()\n    await Line.create()\n"
        assert await ran(f"{code}asyncio.run(main())", url) == ""


async def test_defect_19_a_cancelled_first_connect(db: Database) -> None:
    for steps in range(10):
        async with db.another(Account) as context:
            await context.close_connections()
            connecting = asyncio.ensure_future(Account.all().count())
            for _ in range(steps):
                await asyncio.sleep(0)
            connecting.cancel()
            await asyncio.wait({connecting}, timeout=SOON)
            assert await asyncio.wait_for(Account.all().count(), SOON) == 0


# -- errors


def nested(depth: int) -> Q:
    condition = Q(balance=1)
    for _ in range(depth):
        condition = ~(condition & Q(owner="x"))
    return condition


#: what no column can hold, written and compared
REFUSED: dict[str, Callable[[], Awaitable[Any]]] = {
    "a number over 64 bits, written": lambda: Account.create(owner="x", balance=1 << 70),
    "a number over 64 bits, updated": lambda: Account.all().update(balance=1 << 70),
    "a number over 64 bits, compared": lambda: Account.filter(balance=1 << 70).count(),
    "a number over 64 bits, in a list": lambda: Account.filter(balance__in=[1 << 70]).count(),
    "text for a number": lambda: Account.filter(balance="abc").count(),
    "a lone surrogate, written": lambda: Account.create(owner="\ud800"),
    "a lone surrogate, compared": lambda: Account.filter(owner="\ud800").count(),
    "a lone surrogate, looked for": lambda: Account.filter(owner__contains="\ud800").count(),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_defect_24_what_no_column_can_hold(db: Database, case: str) -> None:
    with refused(ValidationError, "Account."):
        await REFUSED[case]()
    assert await Account.all().count() == 0


async def test_defect_24_conditions_one_inside_the_other(db: Database) -> None:
    try:
        assert await Account.filter(nested(3000)).count() == 0
    except BaseORMException as error:
        assert "nested" in str(error) or "deep" in str(error)


READ_THEN_WRITE = """
async def main():
    await init()
    for _ in range(25):
        async with in_transaction():
            line = await Line.get(id=1)
            await Line.filter(id=line.id).update(number=F("number") + 1)
        await Line.filter(id=1).update(number=F("number") + 1)
    await Tortoise.close_connections()
asyncio.run(main())
"""


async def test_defect_27_processes_that_read_and_then_write(db: Database) -> None:
    class Line(Model):
        number = fields.IntField(default=0)

    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Line)]})
        await context.generate_schemas()
        await Line.create()
        assert await asyncio.gather(*(ran(READ_THEN_WRITE, url) for _ in range(4))) == [""] * 4
        assert (await Line.get()).number == 4 * 50


# -- seen besides


async def test_defect_28_constraints_are_created(db: Database) -> None:
    class Limited(Model):
        low = fields.IntField()
        high = fields.IntField()

        class Meta:
            constraints = [
                UniqueConstraint(fields=("low", "high"), name="only_once"),
                CheckConstraint(check="low < high", name="in_order"),
            ]

    async with db.another(Limited):
        await Limited.create(low=1, high=2)
        for low, high in ((1, 2), (3, 2)):
            with pytest.raises(IntegrityError):
                await Limited.create(low=low, high=high)


async def test_defect_29_counting_groups(db: Database) -> None:
    author = await Author.create(name="a")
    await Book.bulk_create([Book(title=title, author=author, pages=7) for title in "aabbc"])
    groups = Book.annotate(n=Count("id")).group_by("title").filter(n__gte=1)
    assert await groups.count() == 3


async def test_defect_29_limits_for_each_parent(db: Database) -> None:
    authors = [await Author.create(name=name) for name in "abc"]
    await Book.bulk_create(
        [Book(title=f"{author.name}{number}", author=author) for author in authors for number in "123"]
    )
    found = await Author.all().prefetch_related(Prefetch("books", queryset=Book.all().order_by("title").limit(2)))
    assert sorted([book.title for book in author.books] for author in found) == [
        ["a1", "a2"],
        ["b1", "b2"],
        ["c1", "c2"],
    ]


async def test_defect_30_rows_come_in_parts(db: Database) -> None:
    async with db.another(Tag, Book, Author, Publisher, Country) as context:
        await Tag.bulk_create([Tag(name=str(number)) for number in range(2000)])
        if context.connections.connection("default").pool.options.max_size == 1:
            return
        rows = Tag.all().__aiter__()
        first = await rows.__anext__()
        gc.collect()
        assert 1 <= sum(type(thing) is Tag for thing in gc.get_objects()) <= 400
        assert len([row async for row in rows]) == 1999
        assert first.id


async def test_defect_31_a_search_is_made_or_refused(db: Database) -> None:
    await Sample.create(label="a", text="nothing of it")
    query = Sample.filter(text__search="apple")
    if db.capabilities.full_text_search:
        assert await query.count() == 0
    else:
        with refused(UnSupportedError, "search", db.capabilities.dialect):
            await query.count()


async def test_defect_31_parts_of_dates(db: Database) -> None:
    for year in (2023, 2024):
        await Sample.create(label=str(year), moment=dt.datetime(year, 5, 1, 12, tzinfo=dt.timezone.utc))
    assert await Sample.filter(moment__year=2024).values_list("label", flat=True) == ["2024"]
    assert await Sample.filter(moment__month=5, moment__day=1, moment__hour=12).count() == 2


async def test_defect_31_lookups_in_documents(db: Database) -> None:
    if not db.capabilities.json_paths:
        pytest.skip("documents have no lookups here, which a case of theirs tells")
    await Document.create(title="a", body={"v": {"w": [1, 2]}})
    await Document.create(title="b", body={"v": {"w": [3]}})
    assert await Document.filter(body__filter={"v__w__0": 3}).values_list("title", flat=True) == ["b"]
    assert await Document.filter(body__contains={"v": {"w": [3]}}).values_list("title", flat=True) == ["b"]


async def test_defect_33_bulk_create_sets_keys(db: Database) -> None:
    tags = [Tag(name=name) for name in "abc"]
    await Tag.bulk_create(tags)
    assert {tag.name: tag.id for tag in await Tag.all()} == {tag.name: tag.id for tag in tags}


async def test_defect_33_an_update_sets_what_changed(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    account.balance = 2
    with db.statements() as sent:
        await account.save()
    assert len(sent) == 1
    assert '"balance"' in sent[0]
    assert '"owner"' not in sent[0]


async def test_defect_33_columns_in_the_same_order_everywhere(db: Database) -> None:
    code = (
        "class Wide(Model):\n"
        + "".join([f"    column_{number} = fields.IntField(null=True)\n" for number in range(20)])
        + "async def main():\n    await init()\n    print(Wide.all().sql())\nasyncio.run(main())\n"
    )
    async with db.new_url() as url:
        texts = {await ran(code, url, PYTHONHASHSEED=seed) for seed in ("1", "2", "3")}
    assert len(texts) == 1


async def test_defect_35_moments_inside_documents(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the accelerator, where it is installed, and without."""
    moment = dt.datetime(2024, 5, 1, 12, tzinfo=dt.timezone.utc)
    value: Any = {"at": moment, "day": moment.date(), "key": UUID(int=7)}
    stored = {"at": "2024-05-01T12:00:00+00:00", "day": "2024-05-01", "key": str(UUID(int=7))}
    assert (await Document.get(id=(await Document.create(body=value)).id)).body == stored
    monkeypatch.setattr(documents, "_orjson", None)
    assert (await Document.get(id=(await Document.create(body=value)).id)).body == stored


async def test_defect_34_keys_in_a_circle(db: Database) -> None:
    class Hen(Model):
        egg: Any = fields.ForeignKeyField("models.Egg", related_name="hens", null=True)

    class Egg(Model):
        hen: Any = fields.ForeignKeyField("models.Hen", related_name="eggs", null=True)

    async with db.another(Hen, Egg):
        hen = await Hen.create()
        egg = await Egg.create(hen=hen)
        hen.egg = egg
        await hen.save()
        assert await Hen.filter(egg__hen=hen).count() == 1


#: numbers of what a query, a write or a schema does; those of migrations, servers and networks are tested elsewhere
async def test_defect_33_raw_takes_parameters(db: Database) -> None:
    await Account.bulk_create([Account(owner=name) for name in ("a", "b", "it's")])
    found = await Account.raw("SELECT * FROM account WHERE owner = :owner", parameters={"owner": "it's"})
    assert [account.owner for account in found] == ["it's"]


#: every line that names SQLite, and those that name all databases; migrations apart
NUMBERS = {*range(1, 6), *range(7, 20), 24, 27, 28, 29, 30, 31, 33, 34, 35}


def test_every_defect_has_its_case() -> None:
    names = {*vars(known_defects), *globals()}
    found = {int(name.split("_")[2].rstrip("b")) for name in names if name.startswith("test_defect_")}
    assert found == NUMBERS
