"""Names and values that try to become SQL, and the list of things that went wrong elsewhere, by its numbers."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError
from tortoise.expressions import Case, F, Q, When
from tortoise.functions import Count
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import UTC, Account, Author, Book, Country, Document, Odd, Person, Publisher, Sample, Seat
from tortoise_testkit.models_fields import Underscored
from tortoise_testkit.samples import fill_shelf

ALIASES = [
    'id", (SELECT 1) AS "x',
    'a"b',
    "a'b",
    "a b",
    "select",
    "a;--",
    "a`b",
    "a\\b",
    "ünï 🐢",
    "%s",
    "?",
    "$1",
    "{x}",
    "a]b",
]


async def test_odd_columns_and_tables(db: Database) -> None:
    row = await Odd.create(plain="x", group=5, spaced=1)
    row.group = 6
    await row.save()
    found = await Odd.get(group=6, plain="x", spaced__gt=0)
    assert (found.plain, found.group, found.spaced) == ("x", 6, 1)
    await Odd.bulk_create([Odd(plain="y"), Odd(plain="z")])
    assert await Odd.filter(plain="y").update(group=F("group") + 1) == 1
    assert await Odd.all().order_by("-group", "plain").values_list("plain", "group") == [("x", 6), ("y", 1), ("z", 0)]
    assert await Odd.annotate(n=Count("id")).group_by("group").order_by("group").values("group", "n") == [
        {"group": 0, "n": 1}, {"group": 1, "n": 1}, {"group": 6, "n": 1}
    ]  # fmt: skip
    assert await Odd.filter(plain="z").delete() == 1


@pytest.mark.parametrize("alias", ALIASES)
async def test_names_of_values(db: Database, alias: str) -> None:
    await fill_shelf()
    rows = await Book.filter(title="Alpha").values(**{alias: "title"})
    assert rows == [{alias: "Alpha"}]


@pytest.mark.parametrize("alias", ALIASES)
async def test_names_of_annotations(db: Database, alias: str) -> None:
    await fill_shelf()
    try:
        rows = await Book.annotate(**{alias: F("pages") + 1}).filter(title="Alpha").values("title", alias)
    except FieldError as error:
        assert alias in str(error) or repr(alias) in str(error)  # refusing it is as good
    else:
        assert rows == [{"title": "Alpha", alias: 101}]


@pytest.mark.parametrize("name", ['id" --', "id'", "id; DROP TABLE account", "1=1", "id) OR (1=1"])
async def test_names_that_are_no_fields_are_refused_everywhere(db: Database, name: str) -> None:
    await Account.create(owner="a")
    with refused(FieldError):
        await Account.filter(**{name: 1})
    with refused(FieldError):
        await Account.all().order_by(name)
    with refused(FieldError):
        await Account.all().values(name)
    with refused(FieldError):
        await Account.all().update(**{name: 1})
    with refused(FieldError):
        await Account.annotate(n=Count("id")).group_by(name).values("n")
    assert await Account.all().count() == 1


HOSTILE = ["\\' OR 1=1 -- ", "' OR '1'='1", '"; DROP TABLE account; --', "\\", "%", "1); --", "\\'); --"]


@pytest.mark.parametrize("value", HOSTILE)
async def test_values_stay_values(db: Database, value: str) -> None:
    await Account.create(owner="a", note="n")
    await Account.create(owner="b", note=value)
    assert await Account.filter(note=value).values_list("owner", flat=True) == ["b"]
    assert await Account.filter(note__in=[value, "'"]).count() == 1
    assert await Account.filter(Q(note=value) | Q(owner=value)).count() == 1
    assert await Account.filter(owner="a").update(note=value) == 1
    assert await Account.filter(note=value).count() == 2
    rows = await Account.annotate(v=Case(When(note=value, then=value), default="")).values_list("v", flat=True)
    assert rows == [value, value]
    text = Account.filter(note=value).sql()
    assert value not in text


async def test_documents_with_hostile_keys(db: Database) -> None:
    body = {key: key for key in [*ALIASES, *HOSTILE]}
    document = await Document.create(body=body)
    assert (await Document.get(id=document.id)).body == body


# -- by the numbers of the list


async def test_5_table_names_and_comments_with_quotes(db: Database) -> None:
    class Quoted(Model):
        name = fields.CharField(max_length=10, source_field="na\"m'e", unique=True, description='it\'s \\ "x"')
        other = fields.IntField(db_index=True, source_field="a`b]c", default=1)

        class Meta:
            table = "qu\"o'te"
            table_description = 'back\\slash, it\'s "quoted"'

    async with db.another(Quoted):
        await Quoted.create(name="x")
        assert (await Quoted.get(name="x", other=1)).name == "x"
        with refused(IntegrityError):
            await Quoted.create(name="x")


async def test_7_a_late_task_does_not_write_into_a_dead_transaction(db: Database) -> None:
    async def late() -> int:
        await asyncio.sleep(0.01)
        late: Account = await Account.create(owner="late")
        return int(late.id)

    async with in_transaction():
        task = asyncio.ensure_future(late())
    key = await task
    assert await Account.filter(id=key).exists()


async def test_8_moments_with_offsets(db: Database) -> None:
    moment = dt.datetime(2024, 1, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    row = await Sample.create(label="x")
    await Sample.filter(id=row.id).update(moment=moment)
    found = await Sample.get(moment=moment)
    assert found.moment == dt.datetime(2024, 1, 1, 7, tzinfo=UTC)


async def test_9_not_none(db: Database) -> None:
    await Sample.bulk_create([Sample(label="a", number=1), Sample(label="b")])
    assert await Sample.filter(number__not=None).values_list("label", flat=True) == ["a"]


async def test_10_count_of_the_own_key_keeps_rows(db: Database) -> None:
    await Account.bulk_create([Account(owner="a"), Account(owner="b")])
    assert [row.c for row in await Account.annotate(c=Count("id"))] == [1, 1]


async def test_11_count_after_its_text_was_read(db: Database) -> None:
    await fill_shelf()
    query = Book.filter(author__name="Ann").count()
    query.sql()
    assert await query == 2


async def test_11b_numbers_in_case_and_long_lists(db: Database) -> None:
    await Seat.create(row=1, place=2)
    found = await Seat.annotate(v=Case(When(row=1, then=1), default=0), w=(F("row") + 1) * 2).first()
    assert found is not None
    assert (found.v, found.w) == (1, 4)
    assert await Seat.filter(row__in=list(range(40000))).count() == 1


async def test_12_delete_counts_no_cascades(db: Database) -> None:
    await fill_shelf()
    assert await Author.filter(name="Ben").delete() == 1


async def test_13_text_lookups_regard_case_and_accents(db: Database) -> None:
    await Sample.bulk_create([Sample(label=str(at), name=text) for at, text in enumerate(("Abc", "abc", "Ábc"))])
    for lookup in ("contains", "startswith"):
        assert await Sample.filter(**{f"name__{lookup}": "Abc"}).values_list("label", flat=True) == ["0"]


@pytest.mark.parametrize(("digits", "places"), [(38, 10), (65, 30)])
async def test_14_long_decimals(db: Database, digits: int, places: int) -> None:
    class Long(Model):
        value = fields.DecimalField(max_digits=digits, decimal_places=places)

    value = Decimal("9" * (digits - places) + "." + "9" * places)
    async with db.another(Long):
        await Long.create(value=value)
        assert (await Long.get(value=value)).value == value


async def test_14_the_json_text_null(db: Database) -> None:
    document = await Document.create(body="null", extra=None)
    found = await Document.get(id=document.id)
    assert (found.body, found.extra) == ("null", None)
    assert await Document.filter(extra=None).count() == 1


async def test_15_unknown_arguments(db: Database) -> None:
    with refused(FieldError, "no_such_field"):
        await Account.create(owner="a", no_such_field=1)


async def test_24_three_thousand_nested_conditions(db: Database) -> None:
    with refused(FieldError, "deep"):
        condition = Q(owner="a")
        for _ in range(3000):
            condition = ~Q(condition, owner="b")
        await Account.filter(condition)


async def test_29_groups_filtered_and_counted(db: Database) -> None:
    await fill_shelf()
    query = Book.annotate(n=Count("id")).group_by("author_id", "publisher_id").filter(n=1)
    assert await query.count() == 4


async def test_33_columns_are_selected_in_the_order_of_the_model(db: Database) -> None:
    text = Account.all().sql()
    places = [
        text.index(f"{quote}{name}{quote}")
        for name in ("id", "owner", "balance", "note")
        for quote in ('"',)
        if quote in text
    ]
    assert places == sorted(places)


async def test_34_models_that_refer_to_each_other(db: Database) -> None:
    class Egg(Model):
        hen: Any = fields.ForeignKeyField("models.Hen", related_name="eggs", null=True)

    class Hen(Model):
        egg: Any = fields.ForeignKeyField("models.Egg", related_name="hens", null=True)

    async with db.another(Egg, Hen):
        egg = await Egg.create()
        hen = await Hen.create(egg=egg)
        egg.hen = hen
        await egg.save()
        assert (await Hen.get(eggs__id=egg.id)).egg_id == egg.id
        with refused(IntegrityError):
            await Hen.create(egg_id=4711)
        with refused(IntegrityError):
            await Egg.create(hen_id=4711)


async def test_35_moments_in_documents(db: Database) -> None:
    moment = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
    document = await Document.create(body={"at": moment, "list": [moment]})
    found = await Document.get(id=document.id)
    assert dt.datetime.fromisoformat(found.body["at"]) == moment
    assert found.body["list"] == [found.body["at"]]


async def test_names_of_relations_with_one_prefix(db: Database) -> None:
    await fill_shelf()
    countries = await Country.filter(authors__books__publisher__country__name="Norway").distinct().order_by("name")
    assert [country.name for country in countries] == ["Kenya", "Norway"]
    assert await Publisher.filter(country__authors__country__publishers__name="Acme").count() == 1
    assert await Person.filter(boss__boss__boss__boss__name="x").count() == 0


async def test_names_that_end_in_an_underscore(db: Database) -> None:
    first = await Underscored.create(type_="a")
    second = await Underscored.create(type_="b", from_=first)
    third = await Underscored.create(type_="c", from_=second)
    assert await Underscored.filter(type___in=["a", "c"]).count() == 2
    assert await Underscored.get(type___gt="b") == third
    assert await Underscored.filter(from__id__not_in=[second.pk]).order_by("-from__id").values_list("from__id") != []
    assert await Underscored.filter(from___type_="a").values_list("id", "from___type_") == [(second.pk, "a")]
    assert await Underscored.get(from___from___type___startswith="a") == third
    assert await Underscored.filter(from___isnull=False).order_by("-from___type_").first() == third
    found = await Underscored.all().prefetch_related("next___next_").order_by("type_").first()
    assert found is not None
    assert list(next(iter(found.next_)).next_) == [third]
    row = await Underscored.get(id=third.pk).select_related("from___from_").only("type_", "from___from___type_")
    assert row.from_ is not None
    assert row.from_.from_ == first
