"""Functions that run before and after an instance is saved or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import ConfigurationError, IntegrityError
from tortoise.models import Model
from tortoise.signals import Signals, post_delete, post_save, pre_delete, pre_save
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database


def heard_model() -> Any:
    """A model of the case's own: who listens stays with a class."""

    class Heard(Model):
        name = fields.CharField(max_length=20, unique=True)
        size = fields.IntField(default=0)

    return Heard


def listen_to(*models: Any) -> list[tuple[Any, ...]]:
    """Every signal of `models` as (name, sender, instance's name, further arguments but the connection)."""
    heard: list[tuple[Any, ...]] = []

    @pre_save(*models)
    async def before(sender: Any, instance: Any, using_db: Any, update_fields: Any) -> None:
        heard.append(("pre_save", sender, instance.name, update_fields))

    @post_save(*models)
    async def after(sender: Any, instance: Any, created: bool, using_db: Any, update_fields: Any) -> None:
        heard.append(("post_save", sender, instance.name, created, update_fields))

    @pre_delete(*models)
    async def before_delete(sender: Any, instance: Any, using_db: Any) -> None:
        heard.append(("pre_delete", sender, instance.name))

    @post_delete(*models)
    async def after_delete(sender: Any, instance: Any, using_db: Any) -> None:
        heard.append(("post_delete", sender, instance.name))

    return heard


async def test_saving_and_deleting(db: Database) -> None:
    made = heard_model()
    heard = listen_to(made)
    async with db.another(made):
        row = await made.create(name="a")
        assert heard == [("pre_save", made, "a", None), ("post_save", made, "a", True, None)]
        heard.clear()
        row.size = 3
        await row.save(update_fields=(name for name in ["size"]))
        assert heard == [("pre_save", made, "a", ["size"]), ("post_save", made, "a", False, ["size"])]
        assert (await made.get()).size == 3
        heard.clear()
        await row.delete()
        assert heard == [("pre_delete", made, "a"), ("post_delete", made, "a")]
        assert await made.all().count() == 0


async def test_get_or_create_and_update_or_create(db: Database) -> None:
    made = heard_model()
    heard = listen_to(made)
    async with db.another(made):
        await made.get_or_create(name="a")
        assert [signal[0] for signal in heard] == ["pre_save", "post_save"]
        heard.clear()
        await made.get_or_create(name="a")
        assert heard == []
        await made.update_or_create(name="a", defaults={"size": 3})
        assert heard == [("pre_save", made, "a", None), ("post_save", made, "a", False, None)]


async def test_what_fires_nothing(db: Database) -> None:
    made = heard_model()
    heard = listen_to(made)
    async with db.another(made):
        await made.bulk_create([made(name="a"), made(name="b")])
        await made.filter(name="a").update(size=1)
        await made.filter(name="a").delete()
        assert heard == []


async def test_what_a_listener_changes_is_stored(db: Database) -> None:
    made = heard_model()

    @pre_save(made)
    async def shout(sender: Any, instance: Any, using_db: Any, update_fields: Any) -> None:
        instance.name = instance.name.upper()

    async with db.another(made):
        row = await made.create(name="a")
        assert (await made.get()).name == "A"
        row.name = "b"
        await row.save()
        assert (await made.get()).name == "B"


async def test_an_instance_is_stored_when_post_save_runs(db: Database) -> None:
    made = heard_model()
    found: list[Any] = []

    @post_save(made)
    async def look(sender: Any, instance: Any, created: bool, using_db: Any, update_fields: Any) -> None:
        found.append(await made.get(pk=instance.pk).using_db(using_db))

    async with db.another(made):
        row = await made.create(name="a")
        assert found == [row]


@pytest.mark.parametrize(("signal", "stored"), [(Signals.pre_save, 0), (Signals.post_save, 1)])
async def test_an_error_goes_to_the_caller(db: Database, signal: Signals, stored: int) -> None:
    made = heard_model()

    async def fail(*arguments: Any) -> None:
        raise LookupError("no")

    made.register_listener(signal, fail)
    async with db.another(made) as context:
        with pytest.raises(LookupError, match="no"):
            await made.create(name="a")
        assert await made.all().count() == stored
        with pytest.raises(LookupError):
            await made.get_or_create(name="b")
        # which is one transaction, listeners included
        assert await made.filter(name="b").count() == 0
        assert await context.db().execute_query_dict("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(("signal", "left"), [(Signals.pre_delete, 1), (Signals.post_delete, 0)])
async def test_an_error_of_a_deletion(db: Database, signal: Signals, left: int) -> None:
    made = heard_model()

    async def fail(*arguments: Any) -> None:
        raise LookupError("no")

    made.register_listener(signal, fail)
    async with db.another(made):
        row = await made.create(name="a")
        with pytest.raises(LookupError):
            await row.delete()
        assert await made.all().count() == left


async def test_nothing_fires_after_a_write_that_failed(db: Database) -> None:
    made = heard_model()
    heard = listen_to(made)
    async with db.another(made):
        await made.create(name="a")
        heard.clear()
        with pytest.raises(IntegrityError):
            await made.create(name="a")
        assert [signal[0] for signal in heard] == ["pre_save"]


async def test_listeners_run_in_order(db: Database) -> None:
    made = heard_model()
    order: list[int] = []

    def numbered(number: int) -> Callable[..., Any]:
        async def note(*arguments: Any) -> None:
            order.append(number)

        return note

    for number in range(3):
        made.register_listener(Signals.post_save, numbered(number))
    async with db.another(made):
        await made.create(name="a")
    assert order == [0, 1, 2]


async def test_only_the_sender_itself(db: Database) -> None:
    class Base(Model):
        name = fields.CharField(max_length=20)

        class Meta:
            abstract = True

    class Child(Base):
        pass

    class Other(Base):
        pass

    heard = listen_to(Base, Child)
    async with db.another(Child, Other):
        await Other.create(name="other")
        assert heard == []
        await Child.create(name="child")
        assert [signal[1] for signal in heard] == [Child, Child]


async def test_listeners_are_given_the_transaction(db: Database) -> None:
    made = heard_model()
    seen: list[Any] = []

    async def note(sender: Any, instance: Any, using_db: Any, update_fields: Any) -> None:
        seen.append(using_db)

    made.register_listener(Signals.pre_save, note)
    async with db.another(made) as context:
        await made.create(name="a")
        assert seen == [context.db()]
        await made.create(name="b", using_db="default")
        assert seen[1] is context.db()


async def test_what_is_no_listener(db: Database) -> None:
    made = heard_model()
    with refused(ConfigurationError, "callable", "5"):
        made.register_listener(Signals.pre_save, 5)
    with refused(ConfigurationError, "Signals.pre_save", "'pre_save'"):
        made.register_listener("pre_save", print)
    wrong: Any = "Heard"
    with refused(ConfigurationError, "post_save", "'Heard'"):
        post_save(wrong)
