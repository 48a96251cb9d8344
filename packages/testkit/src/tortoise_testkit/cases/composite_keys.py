"""Keys of several columns: rows by key, relations to them, links of several columns."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, DoesNotExist, FieldError, IntegrityError, OperationalError
from tortoise.expressions import F, Q
from tortoise.functions import Count
from tortoise.models import Model, ModelMeta
from tortoise_testkit.checks import names, refused
from tortoise_testkit.harness import Database
from tortoise_testkit.relation_models import Box, Mark, Part, Receipt, Refund, Sale, SaleLine

NORTH, SOUTH, EAST = ("north", 1), ("south", 1), ("north", 2)


async def fill() -> dict[tuple[str, int], Sale]:
    """Three sales, with lines: two of the first, one of the second, one of none."""
    sales = {key: await Sale.create(region=key[0], number=key[1]) for key in (NORTH, SOUTH, EAST)}
    await SaleLine.create(name="a", sale=sales[NORTH])
    await SaleLine.create(name="b", sale_id=NORTH)
    await SaleLine.create(name="c", sale_region="south", sale_number=1)
    await SaleLine.create(name="d")
    return sales


def keys(rows: list[Any]) -> set[Any]:
    """The keys of rows."""
    return {row.pk for row in rows}


# -- rows by key


async def test_the_key_is_a_tuple(db: Database) -> None:
    sale = await Sale.create(region="north", number=1)
    assert sale.pk == NORTH
    assert repr(sale) == "<Sale: ('north', 1)>"
    assert (await Sale.get(pk=NORTH)).pk == NORTH
    assert await Sale.get_or_none(pk=SOUTH) is None
    other = Sale(pk=SOUTH)
    assert (other.region, other.number) == SOUTH
    other.pk = EAST
    assert (other.region, other.number) == EAST


async def test_equality_and_hash(db: Database) -> None:
    sale = await Sale.create(region="north", number=1)
    again = await Sale.get(pk=NORTH)
    assert sale == again and hash(sale) == hash(again) and len({sale, again}) == 1
    assert sale != await Sale.create(region="north", number=2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Sale(region="north"))
    assert Sale(region="north") != Sale(region="north")


async def test_lookups_of_the_key(db: Database) -> None:
    await fill()
    assert keys(await Sale.filter(pk__in=[NORTH, EAST])) == {NORTH, EAST}
    assert keys(await Sale.filter(pk__in=[list(NORTH)])) == {NORTH}
    assert keys(await Sale.filter(pk__in=[])) == set()
    assert keys(await Sale.filter(pk__not_in=[NORTH])) == {SOUTH, EAST}
    assert keys(await Sale.filter(pk__not=NORTH)) == {SOUTH, EAST}
    assert keys(await Sale.exclude(pk=NORTH)) == {SOUTH, EAST}
    assert keys(await Sale.filter(Q(pk=NORTH) | Q(pk=SOUTH))) == {NORTH, SOUTH}
    assert keys(await Sale.filter(pk__isnull=True)) == set()
    assert [sale.pk for sale in await Sale.all().order_by("pk")] == [NORTH, EAST, SOUTH]
    assert [sale.pk for sale in await Sale.all().order_by("-pk")] == [SOUTH, EAST, NORTH]


async def test_half_a_key_names_nothing(db: Database) -> None:
    await fill()
    await SaleLine.create(name="half", sale_region="north")
    missing = ["d", "half"]
    assert sorted(await SaleLine.filter(sale__isnull=True).values_list("name", flat=True)) == missing
    assert sorted(await SaleLine.filter(sale=None).values_list("name", flat=True)) == missing
    assert await SaleLine.filter(sale__isnull=False).count() == 3
    assert sorted(await SaleLine.filter(sale__not=NORTH).values_list("name", flat=True)) == ["c", *missing]
    assert sorted(await SaleLine.filter(sale__in=[NORTH, None]).values_list("name", flat=True)) == ["a", "b", *missing]


async def test_a_part_of_the_key_is_not_the_key_of_a_group(db: Database) -> None:
    await fill()
    counted = Sale.annotate(n=Count("lines"))
    with refused(FieldError, "note", "many values in a group"):
        await counted.group_by("region").values("region", "note", "n")
    rows = await counted.group_by("region", "number").order_by("region", "number").values_list("region", "note", "n")
    assert rows == [("north", None, 2), ("north", None, 0), ("south", None, 1)]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 33, 5000])
async def test_lists_of_every_length(db: Database, count: int) -> None:
    await fill()
    wanted = [("north", at) for at in range(count)]
    assert keys(await Sale.filter(pk__in=wanted)) == {NORTH, EAST} & {*wanted}
    assert keys(await Sale.filter(pk__not_in=wanted)) == {NORTH, SOUTH, EAST} - {*wanted}


async def test_what_is_no_key_is_refused(db: Database) -> None:
    for bad in ("north", 5, ("north",), ("north", 1, 2)):
        with refused(FieldError, "Sale.pk", "region, number"):
            await Sale.get(pk=bad)
        with refused(FieldError, "Sale.pk"):
            await Sale.filter(pk__in=[bad])
    with refused(FieldError, "contains"):
        await Sale.filter(pk__contains="north")
    with refused(FieldError, "several columns"):
        await Sale.filter(number=F("pk"))
    with refused(FieldError, "several columns"):
        await Sale.all().values("pk")
    with refused(FieldError, "primary key"):
        await Sale.all().update(region="west")
    with refused(FieldError, "Sale.pk"):
        Sale(pk=5)


async def test_saving_and_deleting(db: Database) -> None:
    sales = await fill()
    sale = sales[NORTH]
    sale.note = "changed"
    with db.statements() as sent:
        await sale.save()
    assert len(sent) == 1
    assert (await Sale.get(pk=NORTH)).note == "changed"
    assert (await Sale.get(pk=EAST)).note is None
    await Sale.filter(pk=NORTH).update(note="again")
    await sale.refresh_from_db()
    assert sale.note == "again"
    await sale.save(update_fields=["note"])
    await sales[EAST].delete()
    assert keys(await Sale.all()) == {NORTH, SOUTH}
    with pytest.raises(DoesNotExist):
        await sales[EAST].refresh_from_db()
    with refused(IntegrityError):
        await Sale.create(region="north", number=1)


async def test_many_at_once(db: Database) -> None:
    made = [Sale(region=f"r{at % 3}", number=at) for at in range(100)]
    await Sale.bulk_create(made)
    assert keys(await Sale.all()) == keys(made)
    assert await Sale.filter(pk__in=[sale.pk for sale in made[:60]]).update(note="x") == 60
    assert await Sale.filter(note="x").count() == 60
    assert await Sale.filter(pk__in=[sale.pk for sale in made[:60]]).limit(10).delete() == 10
    assert await Sale.all().count() == 90
    assert (await Sale.in_bulk([("r0", 99), ("r9", 1)], "pk")).keys() == {("r0", 99)}


# -- relations to such models


async def test_a_foreign_key_of_two_columns(db: Database) -> None:
    sales = await fill()
    line = await SaleLine.get(name="b")
    assert (line.sale_region, line.sale_number, line.sale_id) == ("north", 1, NORTH)
    assert await line.sale == sales[NORTH]
    assert line.sale == sales[NORTH]
    line.sale_id = SOUTH
    assert await line.sale == sales[SOUTH]
    line.sale = sales[EAST]
    await line.save()
    assert (await SaleLine.get(name="b")).sale_id == EAST
    line.sale = None
    await line.save()
    found = await SaleLine.get(name="b")
    assert found.sale_id == (None, None) and await found.sale is None
    with refused(IntegrityError):
        await SaleLine.create(name="x", sale_id=("west", 9))
    with refused(FieldError, "SaleLine.sale"):
        line.sale_id = 5


async def test_lookups_of_a_foreign_key(db: Database) -> None:
    sales = await fill()
    north = sales[NORTH]
    assert sorted(names(await SaleLine.filter(sale=north))) == ["a", "b"]
    assert sorted(names(await SaleLine.filter(sale=NORTH))) == ["a", "b"]
    assert sorted(names(await SaleLine.filter(sale__in=[north, SOUTH]))) == ["a", "b", "c"]
    assert sorted(names(await SaleLine.filter(sale__not=north))) == ["c", "d"]
    assert sorted(names(await SaleLine.filter(sale__not_in=[north]))) == ["c", "d"]
    assert sorted(names(await SaleLine.filter(sale__not_in=[north, None]))) == ["c"]
    assert sorted(names(await SaleLine.filter(sale__in=[SOUTH, None]))) == ["c", "d"]
    assert sorted(names(await SaleLine.filter(sale_id=NORTH))) == ["a", "b"]
    assert sorted(names(await SaleLine.filter(sale_id__in=[NORTH, SOUTH]))) == ["a", "b", "c"]
    assert names(await SaleLine.filter(sale=None)) == ["d"]
    assert names(await SaleLine.filter(sale__isnull=True)) == ["d"]
    assert sorted(names(await SaleLine.filter(sale__isnull=False))) == ["a", "b", "c"]
    assert sorted(names(await SaleLine.filter(sale__region="north"))) == ["a", "b"]
    assert sorted(names(await SaleLine.filter(sale__pk=NORTH))) == ["a", "b"]
    assert keys(await Sale.filter(lines__name="c")) == {SOUTH}
    assert keys(await Sale.filter(lines__isnull=True)) == {EAST}
    assert keys(await Sale.annotate(n=Count("lines")).filter(n=2)) == {NORTH}
    assert await SaleLine.filter(name="d").update(sale=sales[EAST]) == 1
    assert await SaleLine.filter(name="a").update(sale=None) == 1
    assert keys(await Sale.filter(lines__isnull=True)) == set()


async def test_fetching(db: Database) -> None:
    sales = await fill()
    with db.statements() as sent:
        lines = await SaleLine.all().select_related("sale").order_by("name")
        found = await Sale.all().prefetch_related("lines").order_by("pk")
        again = await SaleLine.all().prefetch_related("sale").order_by("name")
    assert len(sent) == 5
    assert [line.sale and line.sale.pk for line in lines] == [NORTH, NORTH, SOUTH, None]
    assert [line.sale and line.sale.pk for line in again] == [NORTH, NORTH, SOUTH, None]
    assert [sorted(names(sale.lines)) for sale in found] == [["a", "b"], [], ["c"]]
    assert all(line.sale is sale for sale in found for line in sale.lines)
    assert sorted(names(await sales[NORTH].lines)) == ["a", "b"]
    new = await sales[EAST].lines.create(name="e")
    assert new.sale_id == EAST


async def test_a_key_made_of_a_foreign_key(db: Database) -> None:
    sales = await fill()
    part = await Part.create(sale=sales[NORTH], place=2)
    assert part.pk == ("north", 1, 2)
    await Part.create(sale=sales[NORTH], place=3)
    assert await Part.get(pk=("north", 1, 2)) == part
    part.weight = 5
    await part.save()
    assert (await Part.get(sale=sales[NORTH], place=2)).weight == 5
    assert await Part.filter(sale=NORTH).count() == 2
    assert [p.place for p in await sales[NORTH].parts.order_by("-place")] == [3, 2]
    await sales[NORTH].delete()
    assert await Part.all().count() == 0
    with refused(FieldError, "primary key"):
        await Part.all().update(sale=sales[SOUTH])


async def test_one_to_one(db: Database) -> None:
    sales = await fill()
    receipt = await Receipt.create(sale=sales[NORTH], text="r")
    assert receipt.pk == NORTH
    assert await sales[NORTH].receipt == receipt
    found = await Sale.all().select_related("receipt", "refund").order_by("pk")
    assert [sale.receipt for sale in found] == [receipt, None, None]
    assert await sales[SOUTH].receipt is None
    await Refund.create(sale=sales[NORTH])
    with refused(IntegrityError):
        await Refund.create(sale=sales[NORTH])
    await Refund.create()
    await Refund.create()
    assert await Sale.filter(refund__isnull=False).count() == 1


async def test_links(db: Database) -> None:
    sales = await fill()
    red, blue = await Mark.create(name="red"), await Mark.create(name="blue")
    await red.sales.add(sales[NORTH], sales[EAST])
    await red.sales.add(sales[NORTH])
    await sales[SOUTH].marks.add(red, blue)
    assert keys(await red.sales) == {NORTH, SOUTH, EAST}
    assert names(await Mark.filter(sales=SOUTH).order_by("name")) == ["blue", "red"]
    assert keys(await Sale.filter(marks__not=blue)) == {NORTH, EAST}
    assert names(await Mark.filter(sales__not=EAST)) == ["blue"]
    assert names(await Mark.filter(sales__not_in=[EAST, sales[NORTH]])) == ["blue"]
    found = await Mark.all().prefetch_related("sales__lines").order_by("name")
    assert [keys(mark.sales) for mark in found] == [{SOUTH}, {NORTH, SOUTH, EAST}]
    assert sorted(names([line for sale in found[1].sales for line in sale.lines])) == ["a", "b", "c"]
    await red.sales.remove(sales[NORTH], sales[SOUTH])
    assert keys(await red.sales) == {EAST}
    await sales[SOUTH].marks.clear()
    assert await blue.sales == []


async def test_to_itself_by_encoded_values(db: Database) -> None:
    outer = await Box.create(price=Decimal("1.50"), code=UUID(int=1))
    inner = await Box.create(price=Decimal("10"), code=UUID(int=2), inside=outer)
    await outer.beside.add(inner)
    await outer.beside.add(inner)
    assert await Box.get(pk=(Decimal("1.5"), UUID(int=1))) == outer
    many = [(Decimal(at), UUID(int=2)) for at in range(60)]
    assert await Box.filter(pk__in=many) == [inner]
    assert await Box.filter(pk__in=many[:11]) == [inner]
    assert await Box.filter(inside=outer) == [inner] == await outer.holds
    found = await Box.all().prefetch_related("holds", "inside", "beside", "beside_of").order_by("pk")
    assert [list(box.holds) for box in found] == [[inner], []]
    assert [box.inside for box in found] == [None, outer]
    assert [list(box.beside) for box in found] == [[inner], []]
    assert [list(box.beside_of) for box in found] == [[], [outer]]


async def test_an_unsaved_row_is_refused(db: Database) -> None:
    with refused(OperationalError, "save"):
        SaleLine(name="x", sale=Sale(region="north"))
    with refused(OperationalError, "save"):
        await Sale(region="north", number=1).lines


async def test_random_keys_against_plain_python(db: Database) -> None:
    chance = random.Random(20)
    texts = ["", "a", "A", "it's", "é", "a b", "1", "🐢"]
    pool = [(chance.choice(texts), chance.randint(-3, 3)) for _ in range(60)]
    stored = {*pool[:30]}
    await Sale.bulk_create([Sale(region=region, number=number) for region, number in stored])
    for _ in range(30):
        wanted = chance.sample(pool, chance.randint(0, 50))
        assert keys(await Sale.filter(pk__in=wanted)) == stored & {*wanted}
        assert keys(await Sale.filter(pk__not_in=wanted)) == stored - {*wanted}
        assert await Sale.exclude(pk__in=wanted).count() == len(stored - {*wanted})


# -- declaring them


def declared(key: Any, **body: Any) -> Any:
    """A model with `Meta.primary_key`."""
    made: Any = ModelMeta(
        "Made", (Model,), {"__module__": __name__, "Meta": type("Meta", (), {"primary_key": key}), **body}
    )
    return made


async def test_wrong_declarations_are_refused() -> None:
    number = fields.IntField()
    with refused(ConfigurationError, "Made.Meta.primary_key", "numbr", "number"):
        declared(("numbr",), number=number)
    with refused(ConfigurationError, "twice"):
        declared(("a", "a"), a=fields.IntField())
    with refused(ConfigurationError, "null=True"):
        declared(("a", "b"), a=fields.IntField(), b=fields.IntField(null=True))
    with refused(ConfigurationError, "primary_key=True"):
        declared(("a", "b"), a=fields.IntField(primary_key=True), b=fields.IntField())
    with refused(ConfigurationError, "column"):
        declared(("a", "b"), a=fields.IntField(), b=fields.ManyToManyField("models.Sale"))
    with refused(ConfigurationError, "Meta.primary_key"):
        declared((1, 2), a=fields.IntField())
    with refused(ConfigurationError, "two primary keys", "Meta.primary_key"):
        ModelMeta("Made", (Model,), {"a": fields.IntField(primary_key=True), "b": fields.IntField(primary_key=True)})
