"""Managers: where the queries of a model start, and of what relates to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, DoesNotExist, IntegrityError, ObjectDoesNotExistError
from tortoise.manager import Manager
from tortoise.models import Model
from tortoise.queryset import QuerySet
from tortoise_testkit.checks import names, refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account


class Shown(Manager):
    """Rows that are not hidden."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(hidden=False)


class Sized(QuerySet[Any]):
    """A chain with a method of its own."""

    def big(self) -> Any:
        """Rows of size 5 and more."""
        return self.filter(size__gte=5)


class BySize(Manager):
    def get_queryset(self) -> Sized:
        return Sized(self._model or Model)


def shop() -> tuple[Any, Any, Any]:
    """(shelves, of which some are hidden, things, of which some are hidden, labels): models of a case's own."""

    class Hideable(Model):
        hidden = fields.BooleanField(default=False)
        everything = Manager()

        class Meta:
            abstract = True
            manager = Shown()

    class Shelf(Hideable):
        name = fields.CharField(max_length=10, unique=True)

    class Thing(Hideable):
        name = fields.CharField(max_length=10)
        size = fields.IntField(default=0)
        shelf: Any = fields.ForeignKeyField("models.Shelf", related_name="things")
        shelves: Any = fields.ManyToManyField("models.Shelf", related_name="guests")
        sized = BySize()

    class Label(Model):
        name = fields.CharField(max_length=10)
        shelf: Any = fields.ForeignKeyField("models.Shelf", related_name="labels", null=True)

    return Shelf, Thing, Label


@asynccontextmanager
async def filled(db: Database) -> AsyncIterator[tuple[Any, Any, Any]]:
    """One shelf that is seen and one that is not, on each a thing that is seen and one that is not."""
    shelf, thing, label = shop()
    async with db.another(shelf, thing, label):
        for where in (False, True):
            place = await shelf.create(name=f"s{int(where)}", hidden=where)
            await label.create(name=f"l{int(where)}", shelf=place)
            for hidden in (False, True):
                name = f"t{int(where)}{int(hidden)}"
                one = await thing.create(name=name, hidden=hidden, shelf=place, size=int(name[1:]))
                await one.shelves.add(place)
        yield shelf, thing, label


async def test_every_query_of_the_model(db: Database) -> None:
    async with filled(db) as (_, thing, _label):
        assert names(await thing.all().order_by("name")) == ["t00", "t10"]
        assert names(await thing.filter(size__gte=0).order_by("name")) == ["t00", "t10"]
        assert names(await thing.exclude(name="t00")) == ["t10"]
        assert await thing.all().count() == await thing.all(using_db="default").count() == 2
        assert not await thing.exists(name="t01")
        assert await thing.get_or_none(name="t01") is None
        assert (await thing.first()).name in ("t00", "t10")
        with pytest.raises(DoesNotExist):
            await thing.get(name="t01")
        hidden = await thing.everything.get(name="t01")
        with pytest.raises(ObjectDoesNotExistError):
            await thing[hidden.pk]
        assert await thing.in_bulk([hidden.pk]) == {}
        assert await thing.filter(name="t01").update(size=9) == 0
        assert await thing.filter(name="t01").delete() == 0


async def test_other_managers_see_more(db: Database) -> None:
    async with filled(db) as (_, thing, _label):
        assert await thing.everything.all().count() == await thing.everything.count() == 4
        assert names(await thing.everything.filter(name="t01")) == ["t01"]
        assert (await thing.everything.get(name="t01")).hidden
        assert await thing.everything.get_or_none(name="x") is None
        assert await thing.everything.filter(name__in=["t01", "t11"]).update(size=1) == 2
        assert names(await thing.everything.order_by("-name")) == ["t11", "t10", "t01", "t00"]
        assert await thing.everything.exists()
        assert len(await thing.everything.exclude(name="t01")) == 3


async def test_chains_of_a_class_of_ones_own(db: Database) -> None:
    async with filled(db) as (_, thing, _label):
        assert names(await thing.sized.big().order_by("name")) == ["t10", "t11"]
        chain = thing.sized.filter(hidden=False).order_by("name").limit(9)
        assert isinstance(chain, Sized)
        assert names(await chain.big()) == ["t10"]
        assert isinstance(thing.sized.all().using_db("default"), Sized)


async def test_relations_start_there_too(db: Database) -> None:
    async with filled(db) as (shelf, thing, label):
        place = await shelf.get(name="s0")
        assert names(await place.things) == names(await place.things.all()) == ["t00"]
        assert names(await place.guests.all()) == ["t00"]
        assert await place.things.filter(name="t01").count() == 0
        await place.fetch_related("things", "guests")
        assert names(place.things) == names(place.guests) == ["t00"]
        (fetched,) = await shelf.all().prefetch_related("things")
        assert names(fetched.things) == ["t00"]
        far = await label.get(name="l1")
        assert await far.shelf is None
        assert (await label.get(name="l1").prefetch_related("shelf")).shelf is None
        # what is joined is what the key names
        assert (await label.get(name="l1").select_related("shelf")).shelf.name == "s1"
        assert await label.filter(shelf__name="s1").count() == 1
        assert await (await thing.get(name="t10")).shelf is None


async def test_instances_are_their_own(db: Database) -> None:
    """What is in hand is saved, read again and deleted whether a manager shows it or not."""
    async with filled(db) as (_, thing, _label):
        one = await thing.everything.get(name="t01")
        one.size = 77
        await one.save()
        await thing.everything.filter(name="t01").update(size=78)
        await one.refresh_from_db()
        assert one.size == 78
        one.size = 79
        assert await thing.bulk_update([one], ["size"]) == 1
        await one.delete()
        assert await thing.everything.all().count() == 3


async def test_a_hidden_row_in_the_way(db: Database) -> None:
    async with filled(db) as (shelf, _, _label):
        assert (await shelf.get_or_create(name="s0"))[1] is False
        for method in (shelf.get_or_create, shelf.update_or_create):
            with refused(IntegrityError):
                await method(name="s1")


async def test_each_model_has_its_own(db: Database) -> None:
    shelf, thing, label = shop()
    assert shelf.everything.get_queryset().model is shelf
    assert thing.everything.get_queryset().model is thing
    assert thing.everything is not shelf.everything
    assert (type(shelf._meta.manager), shelf._meta.manager._model) == (Shown, shelf)
    assert label._meta.manager is None
    assert shelf(name="x").everything is shelf.everything


async def test_metas_that_say_otherwise(db: Database) -> None:
    hideable: Any = shop()[0].__mro__[1]

    class Bare(hideable):  # type: ignore[misc]  # made in a function
        name = fields.CharField(max_length=10)

        class Meta:
            manager = Manager()

    class Kept(hideable):  # type: ignore[misc]  # made in a function
        name = fields.CharField(max_length=10)
        everything = BySize()

        class Meta:
            table = "kept"

    async with db.another(Bare, Kept):
        for model in (Bare, Kept):
            await model.create(name="a", hidden=True)
        assert await Bare.all().count() == 1
        assert await Kept.all().count() == 0
        assert isinstance(Kept.everything.all(), Sized)


async def test_without_a_model(db: Database) -> None:
    with refused(ConfigurationError, "Shown", "no model"):
        Shown().all()
    assert await Manager(Account).all().count() == 0


@pytest.mark.parametrize("given", [5, "x", Manager])
async def test_what_is_no_manager(db: Database, given: Any) -> None:
    with refused(ConfigurationError, "Wrong.Meta.manager"):

        class Wrong(Model):
            class Meta:
                manager = given


@pytest.mark.parametrize("given", [None, 5, Account.filter(owner="a")])
async def test_what_is_no_query_of_the_model(db: Database, given: Any) -> None:
    class Strange(Manager):
        def get_queryset(self) -> Any:
            return given

    class Odd(Model):
        class Meta:
            manager = Strange()

    async with db.another(Odd):
        with refused(ConfigurationError, "Strange.get_queryset()", "Odd"):
            Odd.all()
        with refused(ConfigurationError, "Strange.get_queryset()", "Odd"):
            Odd.filter(id=1)


async def test_what_a_manager_does_not_have(db: Database) -> None:
    shelf, _, _ = shop()
    with pytest.raises(AttributeError, match="nothing"):
        _ = shelf.everything.nothing
