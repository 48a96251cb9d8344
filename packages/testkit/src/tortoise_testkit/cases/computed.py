"""Columns that the database computes, and the order of text by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, FieldError, UnSupportedError
from tortoise.expressions import Case, F, When
from tortoise.functions import Collate, Upper
from tortoise.models import Model
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_core.schema.db_defaults import DatabaseDefault
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database

MODES = pytest.mark.parametrize("stored", [True, False], ids=["stored", "virtual"])


def line(stored: bool, **options: Any) -> Any:
    """A model whose total, label and size the database computes."""
    size = Case(When(count__gte=10, then="many"), default="few")
    body = {
        "__module__": __name__,
        "name": fields.CharField(max_length=20),
        "count": fields.IntField(default=1),
        "price": fields.DecimalField(max_digits=10, decimal_places=2, source_field="each"),
        "total": fields.GeneratedField(
            F("count") * F("price"), fields.DecimalField(max_digits=12, decimal_places=2, db_index=True), stored=stored
        ),
        "label": fields.GeneratedField(Upper("name"), fields.CharField(max_length=20, null=True), stored=stored),
        "size": fields.GeneratedField(size, fields.CharField(max_length=5), stored=stored),
        "next": fields.GeneratedField("count + 1", fields.IntField(), stored=stored),
        "Meta": type("Meta", (), {"table": "line", **options}),
    }
    return type("Line", (Model,), body)


async def lacks(db: Database, model: Any, stored: bool) -> bool:
    """True if the dialect has no such columns, and says so before anything is sent."""
    if db.capabilities.stored_columns if stored else db.capabilities.virtual_columns:
        return False
    backend = await db.connection.ready()
    with refused(UnSupportedError, "GeneratedField", backend.dialect.name):
        schema_statements([model], backend, True)
    return True


@MODES
async def test_computed_on_insert_and_read(db: Database, stored: bool) -> None:
    Line = line(stored)
    if await lacks(db, Line, stored):
        return
    async with db.another(Line) as context:
        await context.generate_schemas()
        first = await Line.create(name="bolt", count=12, price="2.50")
        assert (first.total, first.label, first.size, first.next) == (Decimal("30.00"), "BOLT", "many", 13)
        rows = [Line(name=str(i), count=i, price=1) for i in range(3)]
        await Line.bulk_create(rows)
        assert [(row.total, row.size, row.next) for row in rows] == [(i, "few", i + 1) for i in range(3)]
        found = await Line.get(id=first.pk)
        assert (found.total, found.label) == (Decimal("30.00"), "BOLT")
        assert await Line.filter(total__gt=1, label__startswith="BO").values("size", "next") == [
            {"size": "many", "next": 13}
        ]
        assert await Line.all().order_by("-total").values_list("name", flat=True) == ["bolt", "2", "1", "0"]
        assert await Line.filter(next__in=[2, 3]).count() == 2
        assert await Line.all().only("total").order_by("total").first() is not None


@MODES
async def test_computed_anew_on_update(db: Database, stored: bool) -> None:
    Line = line(stored)
    if await lacks(db, Line, stored):
        return
    async with db.another(Line):
        row = await Line.create(name="bolt", count=2, price=3)
        row.count = 20
        await row.save()
        if db.capabilities.update_returning:
            assert (row.total, row.size, row.next) == (60, "many", 21)
        else:
            assert isinstance(row.total, DatabaseDefault)
        await row.refresh_from_db()
        row.count = F("count") + 1
        await row.save()
        assert (row.count, row.total, row.next) == (21, 63, 22)
        row.price = Decimal(4)
        await row.save(update_fields=["price"])
        await Line.filter(id=row.pk).update(count=1)
        assert await Line.all().values_list("total", "next") == [(4, 2)]
        again = await Line.get()
        again.name = "nut"
        await again.save(force_update=True)
        assert again.label == "NUT" or not db.capabilities.update_returning
        again.count = 3
        await Line.bulk_update([again], fields=["count"])
        # nobody told what it came to
        assert isinstance(again.total, DatabaseDefault)
        await again.save()
        assert (await Line.get()).total == 12
        partial = await Line.all().only("id", "count").get()
        partial.count = 5
        await partial.save()
        assert (await Line.get()).total == 20 and not hasattr(partial, "total")


@MODES
async def test_untouched_rows_are_not_written(db: Database, stored: bool) -> None:
    Line = line(stored)
    if await lacks(db, Line, stored):
        return
    async with db.another(Line) as context:
        made = await Line.create(name="a", price=1)
        sent: list[str] = []
        connection: Any = context.db()
        connection.listeners = (*connection.listeners, lambda sql, seconds, error: sent.append(sql))
        await made.save()
        found = await Line.get()
        await found.save()
        assert len(sent) == 1


@MODES
async def test_computed_columns_are_not_written(db: Database, stored: bool) -> None:
    Line = line(stored)
    if await lacks(db, Line, stored):
        return
    async with db.another(Line):
        with refused(FieldError, "Line.total", "computed"):
            Line(name="a", price=1, total=5)
        row = await Line.create(name="a", price=1)
        writes: list[Any] = [
            lambda: Line.all().update(total=5),
            lambda: Line.bulk_update([row], fields=["total"]),
            lambda: row.save(update_fields=["label"]),
            lambda: Line.bulk_create([Line(name="b", price=1)], on_conflict=["id"], update_fields=["total"]),
        ]
        for write in writes:
            with refused(FieldError, "Line.", "computed"):
                await write()
        await Line.bulk_create([Line(id=row.pk, name="c", price=2)], on_conflict=["id"], update_fields=["price"])
        assert await Line.all().values_list("name", "total") == [("a", 2)]


async def test_only_the_keys_come_back_where_the_model_says_so(db: Database) -> None:
    Line = line(True, fetch_db_defaults=False)
    if await lacks(db, Line, True):
        return
    async with db.another(Line):
        row = await Line.create(name="a", price=3)
        assert isinstance(row.total, DatabaseDefault)
        row.count = 2
        await row.save()
        assert (await Line.get()).total == 6


@pytest.mark.parametrize(
    ("expression", "field", "message"),
    [
        (F("a"), fields.IntField(default=1), "default"),
        (F("a"), fields.IntField(db_default=1), "default"),
        (F("a"), fields.IntField(primary_key=True), "primary key"),
        (5, fields.IntField(), "expression"),
        ("", fields.IntField(), "expression"),
        (F("a"), int, "output_field"),
    ],
)
async def test_what_cannot_be_computed(db: Database, expression: Any, field: Any, message: str) -> None:
    with refused(ConfigurationError, message):
        fields.GeneratedField(expression, field)


async def test_expressions_stay_in_their_table(db: Database) -> None:
    class Owner(Model):
        name = fields.CharField(max_length=5)

    class Pet(Model):
        owner: Any = fields.ForeignKeyField("models.Owner", related_name="pets")
        shown = fields.GeneratedField(F("owner__name"), fields.CharField(max_length=5))

    async with db.another(Owner, Pet, schemas=False):
        with refused(ConfigurationError, "another table"):
            schema_statements([Pet], await db.connection.ready(), True)


async def test_computed_fields_say_how_they_are_made(db: Database) -> None:
    field = line(True)._meta.fields_map["next"]
    path, _, options = field.deconstruct()
    assert path == "tortoise.fields.GeneratedField"
    assert (options["expression"], options["stored"]) == ("count + 1", True)
    again: Any = fields.GeneratedField(**options)
    assert again.deconstruct()[2]["expression"] == "count + 1" and again.SQL_TYPE == field.SQL_TYPE


#: dialect -> a collation that sorts by the bytes of the text
BY_BYTES = {"sqlite": "BINARY", "postgres": "C"}


async def test_collations(db: Database) -> None:
    name = BY_BYTES.get(db.capabilities.dialect, "BINARY")

    class Word(Model):
        text = fields.CharField(max_length=9, collation=name)
        long = fields.TextField(collation=name, null=True)

    async with db.another(Word, schemas=False) as context:
        backend = await db.connection.ready()
        if not db.capabilities.collations:
            with refused(UnSupportedError, name):
                schema_statements([Word], backend, True)
            return
        await context.generate_schemas()
        for text in ("b", "A", "a", "é", "B"):
            await Word.create(text=text, long=text)
        wanted = ["A", "B", "a", "b", "é"]
        assert await Word.all().order_by("text").values_list("text", flat=True) == wanted
        assert await Word.all().order_by("long").values_list("text", flat=True) == wanted


async def test_collate_in_queries(db: Database) -> None:
    if not db.capabilities.collations:
        return
    name = BY_BYTES.get(db.capabilities.dialect, "BINARY")

    class Word(Model):
        text = fields.CharField(max_length=9)

    async with db.another(Word):
        await Word.bulk_create([Word(text=text) for text in ("b", "A", "a", "é", "B")])
        by_bytes = Word.annotate(key=Collate("text", name))
        assert await by_bytes.order_by("key").values_list("text", flat=True) == ["A", "B", "a", "b", "é"]
        assert await by_bytes.filter(key__gt="a").order_by("-key").values_list("key", flat=True) == ["é", "b"]
        assert await by_bytes.filter(key__in=["a", "é"]).count() == 2
        with refused(FieldError, "Collate"):
            Collate("text", "")


async def test_collation_names_are_quoted(db: Database) -> None:
    class Word(Model):
        text = fields.CharField(max_length=9, collation='no" such; --')

    if db.capabilities.collations:
        statements = schema_statements([Word], await db.connection.ready(), True)
        assert 'COLLATE "no"" such; --"' in statements[0]
