"""generate_schemas: tables, keys, uniqueness, indexes, comments."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, IntegrityError, OperationalError, UnSupportedError
from tortoise.models import Model
from tortoise.utils import generate_schema_for_client, get_schema_sql
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_testkit import models
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Seat, Tag


async def test_safe_twice(db: Database) -> None:
    async with db.another(Account, Seat) as context:
        await Account.create(owner="a")
        await context.generate_schemas(safe=True)
        assert await Account.all().count() == 1


async def test_unsafe_twice_is_refused(db: Database) -> None:
    async with db.another(Account) as context:
        with refused(OperationalError):
            await context.generate_schemas(safe=False)
        await Account.create(owner="a")


async def test_safe_adds_what_is_missing(db: Database) -> None:
    async with db.new_url() as url:
        for classes in ((Account,), (Account, Seat)):
            async with models_context(url, *classes) as context:
                await context.generate_schemas()
                await Account.create(owner=str(len(classes)))
        async with models_context(url, Account, Seat):
            assert (await Account.all().count(), await Seat.all().count()) == (2, 0)


def models_context(url: str, *classes: type[Model]) -> Any:
    from contextlib import asynccontextmanager

    from tortoise.context import TortoiseContext
    from tortoise_testkit.harness import module_of

    @asynccontextmanager
    async def opened() -> Any:
        async with TortoiseContext() as context:
            await context.init(db_url=url, modules={"models": [module_of(*classes)]})
            yield context

    return opened()


async def test_unique_together(db: Database) -> None:
    class Pair(Model):
        a = fields.IntField()
        b = fields.CharField(max_length=5)
        c = fields.IntField(null=True)

        class Meta:
            unique_together = (("a", "b"), ("b", "c"))

    async with db.another(Pair):
        await Pair.create(a=1, b="x", c=1)
        await Pair.create(a=2, b="x")
        await Pair.create(a=3, b="x")
        with refused(IntegrityError):
            await Pair.create(a=1, b="x", c=2)
        with refused(IntegrityError):
            await Pair.create(a=4, b="x", c=1)


async def test_unique_together_by_relation(db: Database) -> None:
    class Owner(Model):
        name = fields.CharField(max_length=5)

    class Pet(Model):
        owner: Any = fields.ForeignKeyField("models.Owner", related_name="pets")
        name = fields.CharField(max_length=5)

        class Meta:
            unique_together = ("owner", "name")

    async with db.another(Owner, Pet):
        owner = await Owner.create(name="o")
        await Pet.create(owner=owner, name="x")
        with refused(IntegrityError):
            await Pet.create(owner=owner, name="x")


async def test_unique_columns(db: Database) -> None:
    class Coded(Model):
        code = fields.CharField(max_length=5, unique=True, null=True)

    async with db.another(Coded):
        await Coded.bulk_create([Coded(code="a"), Coded(code=None), Coded(code=None)])
        with refused(IntegrityError):
            await Coded.create(code="a")


async def test_indexes_are_created(db: Database) -> None:
    class Indexed(Model):
        a = fields.IntField(db_index=True)
        b = fields.IntField()

        class Meta:
            indexes = [("a", "b")]

    async with db.another(Indexed, schemas=False) as context:
        connection = context.connections.connection("default")
        statements = schema_statements([Indexed], await connection.ready(), True)
        assert sum(statement.startswith("CREATE INDEX") for statement in statements) == 2
        await context.generate_schemas()
        await context.generate_schemas()
        await Indexed.create(a=1, b=2)


async def test_comments_do_no_harm(db: Database) -> None:
    class Commented(Model):
        """First line, it's "quoted" \\ and more.

        Second line.
        """

        name = fields.CharField(max_length=5, description='what\'s \\ in a "name"')

        class Meta:
            table_description = "a 'comment'; --"

    async with db.another(Commented, schemas=False) as context:
        backend = await context.connections.connection("default").ready()
        text = "\n".join(schema_statements([Commented], backend, True))
        assert ("what''s" in text) is backend.capabilities.comments
        await context.generate_schemas()
        await Commented.create(name="x")


async def test_on_delete(db: Database) -> None:
    class Top(Model):
        name = fields.CharField(max_length=5)

    class Kept(Model):
        top: Any = fields.ForeignKeyField("models.Top", related_name="kept", on_delete=fields.RESTRICT)

    class Loose(Model):
        top: Any = fields.ForeignKeyField("models.Top", related_name="loose", null=True, on_delete=fields.SET_NULL)

    class Gone(Model):
        top: Any = fields.ForeignKeyField("models.Top", related_name="gone")

    async with db.another(Top, Kept, Loose, Gone):
        top, other = await Top.create(name="a"), await Top.create(name="b")
        await Kept.create(top=top)
        with refused(IntegrityError):
            await top.delete()
        loose = await Loose.create(top=other)
        await Gone.create(top=other)
        await other.delete()
        await loose.refresh_from_db()
        assert loose.top_id is None
        assert await Gone.all().count() == 0


async def test_keys_without_constraint(db: Database) -> None:
    class Plane(Model):
        tail = fields.CharField(max_length=6, primary_key=True)

    class Flight(Model):
        plane: Any = fields.ForeignKeyField("models.Plane", related_name="flights", db_constraint=False)

    async with db.another(Plane, Flight):
        await Plane.create(tail="N1")
        await Flight.bulk_create([Flight(plane_id="N1"), Flight(plane_id="N2")])
        assert await Flight.all().count() == 2
        assert await Flight.filter(plane__tail="N1").count() == 1
        flights = await Flight.all().order_by("plane_id").select_related("plane")
        assert [flight.plane and flight.plane.tail for flight in flights] == ["N1", None]


async def test_a_chain_in_any_order(db: Database) -> None:
    class Last(Model):
        middle: Any = fields.ForeignKeyField("models.Middle", related_name="lasts")

    class Middle(Model):
        start: Any = fields.ForeignKeyField("models.Start", related_name="middles")

    class Start(Model):
        name = fields.CharField(max_length=5)

    async with db.another(Last, Middle, Start):
        start = await Start.create(name="x")
        await Last.create(middle=await Middle.create(start=start))
        assert await Last.filter(middle__start__name="x").count() == 1


async def test_inherited_fields(db: Database) -> None:
    class Base(Model):
        made = fields.IntField(default=1)
        name = fields.CharField(max_length=10)

        class Meta:
            abstract = True
            ordering = ("name",)

    class Mixin:
        extra = fields.IntField(null=True)

    class Child(Mixin, Base):
        name = fields.CharField(max_length=20)

    async with db.another(Child):
        await Child.create(name="b" * 20, extra=5)
        await Child.create(name="a")
        assert [(row.name[0], row.made, row.extra) for row in await Child.all()] == [("a", 1, None), ("b", 1, 5)]


async def test_link_tables_of_one_s_own_name(db: Database) -> None:
    class Left(Model):
        name = fields.CharField(max_length=5)
        rights: Any = fields.ManyToManyField(
            "models.Right", through="links", forward_key="right_key", backward_key="left_key", related_name="lefts"
        )

    class Right(Model):
        name = fields.CharField(max_length=5)

    async with db.another(Left, Right) as context:
        left, right = await Left.create(name="l"), await Right.create(name="r")
        await left.rights.add(right)
        assert await right.lefts.all().values_list("name", flat=True) == ["l"]
        rows = await context.db().execute_query_dict("SELECT left_key, right_key FROM links")
        assert rows == [{"left_key": left.id, "right_key": right.id}]


@pytest.mark.parametrize("model", [Author, Book, Tag, Account, Seat])
async def test_every_column_can_be_found_in_its_table(db: Database, model: type[Model]) -> None:
    statements = schema_statements([model], await db.connection.ready(), True)
    create = next(statement for statement in statements if "CREATE TABLE" in statement)
    for field in model._meta.columns:
        assert field.column in create


async def test_the_suite_has_all_its_tables(db: Database) -> None:
    for model in models.__models__:
        assert await model.all().count() == 0


async def test_cyclic_keys(db: Database) -> None:
    class Egg(Model):
        of: Any = fields.ForeignKeyField("models.Hen", related_name="eggs", null=True)

    class Hen(Model):
        out_of: Any = fields.ForeignKeyField("models.Egg", related_name="hens")
        mother: Any = fields.ForeignKeyField("models.Hen", related_name="daughters", null=True)

    async with db.another(Egg, Hen) as context:
        await context.generate_schemas()
        egg = await Egg.create()
        hen = await Hen.create(out_of=egg)
        egg.of = hen
        await egg.save()
        assert await Egg.filter(of__out_of__id=egg.id).count() == 1
        with refused(IntegrityError):
            await Egg.create(of_id=77)
        with refused(IntegrityError):
            await Hen.create(out_of_id=77)


async def test_named_schemas(db: Database) -> None:
    class Writer(Model):
        name = fields.CharField(max_length=9, unique=True)
        tags: Any = fields.ManyToManyField("models.Label", related_name="writers")

        class Meta:
            schema = 'a "shelf"'
            indexes = [("name",)]

    class Label(Model):
        name = fields.CharField(max_length=9)
        by: Any = fields.ForeignKeyField("models.Writer", related_name="labels", null=True)

    async with db.another(Writer, Label, schemas=False) as context:
        if not db.capabilities.schemas:
            with refused(UnSupportedError, 'schema "a "shelf"" of table "writer"'):
                await context.generate_schemas()
            with refused(UnSupportedError, 'schema "a "shelf""'):
                await Writer.all()
            return
        await context.generate_schemas()
        await context.generate_schemas()
        writer = await Writer.create(name="w")
        await Writer.bulk_create([Writer(name="x"), Writer(name="y")])
        label = await Label.create(name="l", by=writer)
        await writer.tags.add(label)
        assert await Label.filter(writers__name="w", by__name="w").values_list("name", "by__tags__name") == [("l", "l")]
        assert (await Writer.all().prefetch_related("tags").order_by("name"))[0].tags[0].name == "l"
        assert await Writer.filter(name="y").update(name="z") == 1
        writer.name = "v"
        await writer.save()
        await writer.tags.clear()
        assert await Writer.filter(labels__name="l").values_list("name", flat=True) == ["v"]
        assert await Writer.filter(name__in=["x", "z"]).delete() == 2
        rows = await context.db().execute_query_dict('SELECT name FROM "a ""shelf""".writer')
        assert rows == [{"name": "v"}]


HARD_NAMES = [
    'qu"ote', "back\\slash", "it's", "sp ace; --", "üñí\u4e2d", "per%cent", "%s", "?", "$1", "{x}", "a.b", "SELECT",
]  # fmt: skip


@pytest.mark.parametrize("name", HARD_NAMES)
async def test_names_with_any_character(db: Database, name: str) -> None:
    class Hard(Model):
        """It's a \\ "table" % of {x}."""

        text = fields.CharField(max_length=9, source_field=f"{name} text", unique=True, description=name)
        level = fields.IntField(source_field=name, db_index=True, default=1)
        to: Any = fields.ForeignKeyField("models.Hard", source_field=f"{name} to", null=True, related_name="fro")
        links: Any = fields.ManyToManyField("models.Hard", through=f"{name} links", related_name="linked")

        class Meta:
            table = name
            unique_together = ("text", "level")

    async with db.another(Hard) as context:
        await context.generate_schemas()
        hard = await Hard.create(text="a")
        await Hard.bulk_create([Hard(text="b", to=hard), Hard(text="c", level=3)])
        await hard.links.add(await Hard.get(text="b"))
        assert await Hard.filter(to__text="a", linked__text="a").values_list("text", "level") == [("b", 1)]
        assert await Hard.filter(level=3).update(level=4) == 1


async def test_long_names(db: Database) -> None:
    long = "ä" * 40  # 80 bytes

    class Long(Model):
        one = fields.IntField(source_field=f"{long}_one")
        two = fields.IntField(source_field=f"{long}_two", unique=True)
        to: Any = fields.ForeignKeyField("models.Long", source_field=f"{long}_to", null=True, related_name="back")
        links: Any = fields.ManyToManyField("models.Long", related_name="linked")

        class Meta:
            table = f"{long}_table"
            indexes = [("one", "two")]

    class Longer(Model):
        one = fields.IntField()

        class Meta:
            table = f"{long}_table of another one"

    async with db.another(Long, Longer) as context:
        await context.generate_schemas()
        first = await Long.create(one=1, two=2)
        await Long.bulk_create([Long(one=3, two=4, to=first), Long(one=5, two=6)])
        await Longer.create(one=7)
        await first.links.add(await Long.get(one=3))
        assert await Long.filter(to__one=1, linked__two=2).values_list("one", "two") == [(3, 4)]
        assert await Long.all().order_by("one").values_list("one", "two") == [(1, 2), (3, 4), (5, 6)]
        assert await Longer.all().count() == 1


async def test_link_tables_that_are_models(db: Database) -> None:
    class Band(Model):
        fans: Any = fields.ManyToManyField("models.Person", through="fandom", related_name="bands")

    class Person(Model):
        name = fields.CharField(max_length=5)

    class Fandom(Model):
        band: Any = fields.ForeignKeyField("models.Band", related_name="fandoms")
        person: Any = fields.ForeignKeyField("models.Person", related_name="fandoms")
        since = fields.IntField(null=True)

    async with db.another(Band, Person, Fandom):
        band, person = await Band.create(), await Person.create(name="p")
        await band.fans.add(person)
        assert await Fandom.all().values_list("person__name", "since") == [("p", None)]


async def test_the_schema_as_sql(db: Database) -> None:
    class Named(Model):
        name = fields.CharField(max_length=5, unique=True)

    async with db.another(Named, schemas=False) as context:
        text = get_schema_sql(context.db(), safe=True)
        assert text.endswith(";") and text.count("CREATE TABLE") == 1
        await generate_schema_for_client(context.db(), safe=True)
        await generate_schema_for_client(context.db(), safe=True)
        await Named.create(name="x")
        with refused(OperationalError):
            await generate_schema_for_client(context.db(), safe=False)


async def test_unknown_fields_in_unique_together(db: Database) -> None:
    class Typo(Model):
        name = fields.CharField(max_length=5)

        class Meta:
            unique_together = ("name", "nmae")

    async with db.another(Typo, schemas=False) as context:
        with refused(ConfigurationError, "Typo.unique_together", "nmae", 'Did you mean "name"?'):
            await context.generate_schemas()
