"""Meta.indexes and Meta.constraints: what is created, what it refuses, and what a dialect says it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, IntegrityError, UnSupportedError
from tortoise.expressions import F, Q
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.migrations.create_schema import schema_statements
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database

ZERO = "T00:00:00+00:00"
#: conditions on `Item`, a row that meets each and one that does not
CONDITIONS: dict[str, tuple[Q, dict[str, Any], dict[str, Any]]] = {
    "text": (Q(name="it's \\ \"x\" %"), {"name": "it's \\ \"x\" %"}, {"name": "other"}),
    "number": (Q(level__gte=-5), {"level": -5}, {"level": -6}),
    "null": (Q(level=None), {"level": None}, {"level": 1}),
    "truth": (Q(open=True), {"open": True}, {"open": False}),
    "list": (Q(name__in=["a", "b'", "c"]), {"name": "b'"}, {"name": "d"}),
    "range": (Q(level__range=(1, 3)), {"level": 3}, {"level": 4}),
    "prefix": (Q(name__startswith="a_%"), {"name": "a_%b"}, {"name": "axb"}),
    "decimal": (Q(price__lt="10.5"), {"price": "9.75"}, {"price": "10.5"}),
    "moment": (Q(made__gt="2020-01-01T00:00:00+00:00"), {"made": f"2020-01-02{ZERO}"}, {"made": f"2019-01-01{ZERO}"}),
    "either": (Q(level=1) | ~Q(name="x"), {"level": 1, "name": "x"}, {"level": 2, "name": "x"}),
    "expression": (Q(level__lt=F("most")), {"level": 1, "most": 2}, {"level": 2, "most": 2}),
}  # fmt: skip


def item(**options: Any) -> type[Model]:
    """A model with the Meta `options`."""
    body = {
        "__module__": __name__,
        "name": fields.CharField(max_length=30, default="x"),
        "level": fields.IntField(null=True, source_field="lev"),
        "most": fields.IntField(default=0),
        "open": fields.BooleanField(default=True),
        "price": fields.DecimalField(max_digits=8, decimal_places=2, default=0),
        "made": fields.DatetimeField(default="2024-01-01T00:00:00+00:00"),
        "Meta": type("Meta", (), {"table": "item", **options}),
    }
    return type("Item", (Model,), body)


async def ddl(db: Database, model: type[Model]) -> list[str]:
    return schema_statements([model], await db.connection.ready(), True)


@pytest.mark.parametrize("name", CONDITIONS)
async def test_check_by_condition(db: Database, name: str) -> None:
    condition, good, bad = CONDITIONS[name]
    Item = item(constraints=[CheckConstraint(check=condition, name="must")])
    async with db.another(Item):
        await Item.create(**good)
        with refused(IntegrityError):
            await Item.create(**bad)
        assert await Item.all().count() == 1


async def test_check_by_text(db: Database) -> None:
    Item = item(constraints=[CheckConstraint(check="lev > 0 AND most < 10", name="must")])
    async with db.another(Item) as context:
        await Item.create(level=1)
        with refused(IntegrityError):
            await Item.create(level=0)
        await context.generate_schemas()


@pytest.mark.parametrize("name", CONDITIONS)
async def test_unique_under_a_condition(db: Database, name: str) -> None:
    condition, good, bad = CONDITIONS[name]
    Item = item(constraints=[UniqueConstraint(fields=("most",), name="one", condition=condition)])
    if not db.capabilities.partial_indexes:
        with pytest.raises(UnSupportedError):
            await ddl(db, Item)
        return
    good, bad = {"most": 9, **good}, {"most": 9, **bad}
    async with db.another(Item):
        for _ in range(2):
            await Item.create(**bad)
        await Item.create(**good)
        with refused(IntegrityError):
            await Item.create(**good)


async def test_unique_constraint(db: Database) -> None:
    Item = item(constraints=[UniqueConstraint(fields=["name", "level"]), UniqueConstraint(["most"], "one_most")])
    async with db.another(Item) as context:
        await Item.create(name="a", level=1, most=1)
        await Item.create(name="a", level=2, most=2)
        with refused(IntegrityError):
            await Item.create(name="a", level=1, most=3)
        with refused(IntegrityError):
            await Item.create(name="b", level=1, most=2)
        await context.generate_schemas()


async def test_index_objects_are_created(db: Database) -> None:
    named = Index(fields=("most",), name='a "name" of its own')
    Item = item(indexes=[("name", "level"), Index(fields=["level"]), named])
    created = [statement for statement in await ddl(db, Item) if "INDEX" in statement]
    assert len(created) == 3
    assert '"lev"' in created[1] and 'a ""name"" of its own' in created[2]
    async with db.another(Item) as context:
        await context.generate_schemas()
        await Item.create(level=1)


async def test_index_over_expressions(db: Database) -> None:
    Item = item(indexes=[Index(F("level") + F("most"), F("most") * 2, name="sums")])
    if not db.capabilities.expression_indexes:
        with pytest.raises(UnSupportedError, match="expression"):
            await ddl(db, Item)
        return
    async with db.another(Item) as context:
        await context.generate_schemas()
        await Item.create(level=1, most=2)
        assert await Item.annotate(n=F("level") + F("most")).filter(n=3).count() == 1


@pytest.mark.parametrize("condition", [{"name": "it's"}, {"level__gt": 3, "open": True}, Q(level=None), None, {}])
async def test_partial_index(db: Database, condition: Any) -> None:
    Item = item(indexes=[PartialIndex(fields=["name"], condition=condition)])
    if condition and not db.capabilities.partial_indexes:
        with pytest.raises(UnSupportedError, match="condition"):
            await ddl(db, Item)
        return
    assert ("WHERE" in (await ddl(db, Item))[-1]) is bool(condition)
    async with db.another(Item):
        await Item.create(name="it's")


async def test_an_unknown_kind_of_index_is_refused(db: Database) -> None:
    class Odd(Index):
        INDEX_TYPE = "no such kind; DROP TABLE item"

    with pytest.raises((UnSupportedError, ConfigurationError), match=r"item_name|no such kind"):
        await ddl(db, item(indexes=[Odd(fields=["name"])]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"indexes": [("nme",)]}, 'Did you mean "name"'),
        ({"indexes": [Index(fields=["nme"])]}, 'Did you mean "name"'),
        ({"unique_together": ("nme", "level")}, 'Did you mean "name"'),
        ({"constraints": [UniqueConstraint(fields=["nme"])]}, 'Did you mean "name"'),
    ],
)
async def test_unknown_fields_are_named(db: Database, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        await ddl(db, item(**options))


async def test_conditions_stay_in_their_table(db: Database) -> None:
    class Owner(Model):
        name = fields.CharField(max_length=5)

    class Pet(Model):
        owner: Any = fields.ForeignKeyField("models.Owner", related_name="pets")

        class Meta:
            constraints = [CheckConstraint(check=Q(owner__name="x"), name="must")]

    async with db.another(Owner, Pet, schemas=False):
        with pytest.raises(ConfigurationError, match="another table"):
            await ddl(db, Pet)


# -- options of indexes and constraints


async def test_falling_keys(db: Database) -> None:
    Item = item(indexes=[Index(fields=["-level", "name"]), Index(fields=["level", "name"])])
    created = [statement for statement in await ddl(db, Item) if "INDEX" in statement]
    assert created[0].endswith('("lev" DESC, "name")') and created[1].endswith('("lev", "name")')
    async with db.another(Item) as context:
        await context.generate_schemas()
        await Item.create(level=1)


#: options of Meta, the capability that they need, what stands in the statement then
OPTIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "include": ({"indexes": [Index(fields=["name"], include=["level"])]}, "index_include", 'INCLUDE ("lev")'),
    "opclasses": (
        {"indexes": [Index(fields=["name"], opclasses=["varchar_pattern_ops"])]},
        "index_opclasses",
        '"varchar_pattern_ops"',
    ),
    "unique include": (
        {"constraints": [UniqueConstraint(fields=["name"], include=["level"])]},
        "index_include",
        'INCLUDE ("lev")',
    ),
    "nulls alike": (
        {"constraints": [UniqueConstraint(fields=["name", "level"], nulls_distinct=False)]},
        "nulls_not_distinct",
        "UNIQUE NULLS NOT DISTINCT (",
    ),
    "deferred": (
        {"constraints": [UniqueConstraint(fields=["most"], deferrable="deferred")]},
        "deferrable_uniques",
        "DEFERRABLE INITIALLY DEFERRED",
    ),
}


@pytest.mark.parametrize("name", OPTIONS)
async def test_options_are_written_or_refused(db: Database, name: str) -> None:
    options, capability, words = OPTIONS[name]
    Item = item(**options)
    if not getattr(db.capabilities, capability):
        with refused(UnSupportedError, db.capabilities.dialect):
            await ddl(db, Item)
        return
    assert words in "".join(await ddl(db, Item))
    async with db.another(Item) as context:
        await context.generate_schemas()
        await Item.create(level=1)


async def test_nulls_alike(db: Database) -> None:
    Item = item(constraints=[UniqueConstraint(fields=["level"], nulls_distinct=False)])
    if not db.capabilities.nulls_not_distinct:
        return
    async with db.another(Item):
        await Item.create(level=None)
        with refused(IntegrityError):
            await Item.create(level=None)


async def test_uniqueness_at_the_end_of_the_transaction(db: Database) -> None:
    Item = item(constraints=[UniqueConstraint(fields=["most"], deferrable="deferred")])
    if not db.capabilities.deferrable_uniques:
        return
    async with db.another(Item):
        one, two = await Item.create(most=1), await Item.create(most=2)
        async with in_transaction():
            for row, most in ((one, 2), (two, 1)):
                await row.update_from_dict({"most": most}).save()
        assert await Item.all().order_by("id").values_list("most", flat=True) == [2, 1]
        with refused(IntegrityError):
            async with in_transaction():
                await Item.create(most=1)


async def test_keys_checked_at_the_end_of_the_transaction(db: Database) -> None:
    class Hen(Model):
        egg: Any = fields.ForeignKeyField("models.Egg", related_name="hens", deferrable="deferred")

    class Egg(Model):
        hen: Any = fields.ForeignKeyField("models.Hen", related_name="eggs", deferrable="deferred")

    async with db.another(Hen, Egg, schemas=False) as context:
        if not db.capabilities.deferrable_keys:
            with refused(UnSupportedError, "end of the transaction"):
                await context.generate_schemas()
            return
        await context.generate_schemas()
        async with in_transaction():
            hen = await Hen.create(id=1, egg_id=1)
            await Egg.create(id=1, hen=hen)
        with refused(IntegrityError):
            async with in_transaction():
                await Hen.create(id=2, egg_id=7)
        assert await Hen.all().count() == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: UniqueConstraint(fields=["name"], deferrable="later"), "'deferred', 'immediate'"),
        (lambda: UniqueConstraint(fields=["name"], deferrable="deferred", condition="a > 1"), "index"),
        (lambda: UniqueConstraint(fields=["name"], include="level"), "list of field names"),
        (lambda: fields.ForeignKeyField("models.Item", deferrable="yes"), "'deferred', 'immediate'"),
        (lambda: Index(fields=["a", "b"], opclasses=["x"]), "one entry for each key"),
    ],
)
async def test_options_that_do_not_fit(db: Database, make: Any, message: str) -> None:
    with refused(ConfigurationError, message):
        make()
