"""What goes wrong in tortoise-orm 1.1.9, by the numbers of our list of its defects: here it does not."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import (
    BaseORMException,
    FieldError,
    ParamsError,
    ValidationError,
)
from tortoise.expressions import F
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Odd, Sample, Tag

#: seconds after which something hangs
SOON = 20.0


# -- security


@pytest.mark.parametrize("alias", ['id", (SELECT note FROM account) AS "x', "x'; --", "a b", 'q"', "x\\"])
async def test_defect_03_sql_in_an_alias(db: Database, alias: str) -> None:
    account = await Account.create(owner="a", note="secret")
    for query in (Account.all().values(**{alias: "id"}), Account.annotate(**{alias: F("id")}).values(alias)):
        try:
            rows = await query
        except (FieldError, ParamsError) as error:
            assert "alias" in str(error) or "name" in str(error)
        else:
            assert rows == [{alias: account.id}]


async def test_defect_04_nul_in_a_lookup(db: Database) -> None:
    await Sample.create(label="a", name="plain")
    for lookup in ("contains", "icontains", "startswith", "endswith", "iexact"):
        query = Sample.filter(**{f"name__{lookup}": "\0"})
        if db.capabilities.nul_in_text:
            assert await query == []
        else:
            with refused(ValidationError, "Sample.name", "NUL"):
                await query


async def test_defect_05_names_with_quotes(db: Database) -> None:
    """The table and its columns were created by `generate_schemas`."""
    row = await Odd.create(plain="x", spaced=1)
    assert await Odd.filter(plain="x", spaced=1).update(group=4) == 1
    assert (await Odd.get(id=row.id)).group == 4


async def test_defect_05_comments_with_backslashes_and_quotes(db: Database) -> None:
    class Told(Model):
        name = fields.CharField(max_length=5, description='it\'s \\n "so" %s')

        class Meta:
            table_description = "back\\slash 'quote'"

    async with db.another(Told):
        assert (await Told.create(name="x")).id


@pytest.mark.parametrize("key", ["x' = 'q' OR (SELECT note FROM account) LIKE 's%' OR 'a", 'a"b', "a'b", "$.a", "a.b"])
async def test_defect_02_sql_in_a_key_of_a_document(db: Database, key: str) -> None:
    if not db.capabilities.json_paths:
        pytest.skip("documents have no lookups here, which a case of theirs tells")
    await Account.create(owner="a", note="secret")
    await Document.create(title="a", body={"other": 1})
    assert await Document.filter(body__filter={key: "nosuch"}).count() == 0
    await Document.create(title="b", body={key: "there"})
    assert await Document.filter(body__filter={key: "there"}).values_list("title", flat=True) == ["b"]


# -- data loss, wrong results


async def test_defect_07_a_task_that_outlives_its_transaction(db: Database) -> None:
    over = asyncio.Event()

    async def outlive() -> Account:
        await over.wait()
        return await Account.create(owner="acknowledged")

    async with in_transaction():
        task = asyncio.ensure_future(outlive())
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await Account.create(owner="undone")
            over.set()
            await asyncio.sleep(0.05)
            raise ZeroDivisionError
    await asyncio.wait_for(task, SOON)
    assert await Account.all().values_list("owner", flat=True) == ["acknowledged"]


async def test_defect_08_a_moment_of_another_zone(db: Database) -> None:
    moment = dt.datetime(2024, 5, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    sample = await Sample.create(label="a")
    assert await Sample.all().update(moment=moment) == 1
    assert await Sample.filter(moment=moment).count() == 1
    assert await Sample.filter(moment__in=[moment]).count() == 1
    await sample.refresh_from_db()
    assert sample.moment == dt.datetime(2024, 5, 1, 7, tzinfo=dt.timezone.utc)


async def test_defect_09_not_none(db: Database) -> None:
    await Sample.create(label="none")
    await Sample.create(label="some", number=1)
    assert await Sample.filter(number__not=None).values_list("label", flat=True) == ["some"]
    assert await Sample.filter(number=None).values_list("label", flat=True) == ["none"]


async def test_defect_10_a_count_of_own_keys(db: Database) -> None:
    await Tag.bulk_create([Tag(name=name) for name in "abc"])
    rows = await Tag.annotate(c=Count("id")).order_by("name")
    assert [(row.name, row.c) for row in rows] == [("a", 1), ("b", 1), ("c", 1)]


async def test_defect_11_counting_after_the_text_was_asked_for(db: Database) -> None:
    author = await Author.create(name="a")
    await Book.create(title="b", author=author)
    counting, existing = Book.filter(author__name="a").count(), Book.filter(author__name="no").exists()
    for query in (counting, existing):
        query.sql()
    assert await counting == 1
    assert await existing is False


async def test_defect_11b_arithmetic_and_long_lists(db: Database) -> None:
    await Sample.create(label="a", number=3)
    assert await Sample.annotate(x=(F("number") + 1) * 2).values_list("x", flat=True) == [8]
    assert await Sample.filter(number__in=list(range(40_000))).count() == 1


async def test_defect_12_the_number_of_deleted_rows(db: Database) -> None:
    author = await Author.create(name="a")
    await Book.bulk_create([Book(title=title, author=author) for title in "xy"])
    assert await Author.filter(name="a").delete() == 1
    assert await Book.all().count() == 0


@pytest.mark.parametrize(("lookup", "part"), [("contains", "BC"), ("startswith", "A"), ("endswith", "D")])
async def test_defect_13_case_counts(db: Database, lookup: str, part: str) -> None:
    for name in ("abcd", "ABCD"):
        await Sample.create(label=name, name=name, text=name)
    for column in ("name", "text"):
        query = Sample.filter(**{f"{column}__{lookup}": part})
        assert await query.values_list("label", flat=True) == ["ABCD"]
        assert await Sample.filter(**{f"{column}__i{lookup}": part}).count() == 2


async def test_defect_14_values_come_back_as_they_were(db: Database) -> None:
    class Wide(Model):
        wide = fields.DecimalField(max_digits=38, decimal_places=10)

    number = Decimal("1234567890123456789012345678.0123456789")
    async with db.another(Wide):
        await Wide.create(wide=number)
        assert (await Wide.get()).wide == number
        assert await Wide.filter(wide=number).count() == 1


async def test_defect_14_times_of_the_day(db: Database) -> None:
    class Alarm(Model):
        at = fields.TimeField()

    hour = dt.time(7, 30, 0, 5, tzinfo=dt.timezone.utc)
    async with db.another(Alarm):
        await Alarm.create(at=hour)
        assert (await Alarm.get()).at == hour
        assert await Alarm.filter(at=hour).count() == 1


async def test_defect_14_the_text_null_is_no_null(db: Database) -> None:
    document = await Document.create(body="null")
    assert (await Document.get(id=document.id)).body == "null"


async def test_defect_14_nan_is_kept_or_refused(db: Database) -> None:
    if db.capabilities.float_nan:
        sample = await Sample.create(label="a", ratio=float("nan"))
        assert str((await Sample.get(id=sample.id)).ratio) == "nan"
    else:
        with refused(ValidationError, "Sample.ratio"):
            await Sample.create(label="a", ratio=float("nan"))


async def test_defect_15_a_field_that_is_not_there(db: Database) -> None:
    with pytest.raises(BaseORMException, match="no_such_field"):
        await Account.create(owner="a", no_such_field=1)


@pytest.mark.parametrize(
    ("column", "value"),
    [("number", "abc"), ("moment", "soon"), ("key", "no key"), ("price", "cheap"), ("flag", "maybe")],
)
async def test_defect_15_values_of_a_wrong_type(db: Database, column: str, value: Any) -> None:
    await Sample.create(label="a")
    for attempt in (
        lambda: Sample.filter(**{column: value}).count(),
        lambda: Sample.all().update(**{column: value}),
        lambda: Sample.create(label="b", **{column: value}),
    ):
        with refused(ValidationError, f"Sample.{column}"):
            await attempt()
    assert await Sample.all().count() == 1


async def test_defect_01_values_stay_bound_in_unions_and_explain(db: Database) -> None:
    await Tag.create(name="kept")
    hostile = "\\' OR 1=1 -- "
    assert await Tag.filter(name=hostile).union(Tag.filter(id=-1)) == []
    assert await Tag.filter(name=hostile).union(Tag.filter(name="kept")).count() == 1
    with db.statements() as sent:
        await Tag.filter(name=hostile).explain()
    assert not any("OR 1=1" in text for text in sent)
