"""Routers: a program's own choice of the connection for each statement."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError
from tortoise.router import router
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.models import Account, Author, Book, Country, Publisher, Tag

MODELS = [module_of(Account, Author, Book, Country, Publisher, Tag)]


class Replica:
    """Reads here, writes there."""

    def db_for_read(self, model: type[Any]) -> str:
        return "replica"

    def db_for_write(self, model: type[Any]) -> str:
        return "main"


class AccountsElsewhere:
    """One model has a database of its own."""

    def db_for_read(self, model: type[Any]) -> Any:
        return "replica" if model is Account else None

    db_for_write = db_for_read


class OnlyReads:
    def db_for_read(self, model: type[Any]) -> str:
        return "replica"


class Mistaken:
    def db_for_read(self, model: type[Any]) -> Any:
        return "replic"

    def db_for_write(self, model: type[Any]) -> Any:
        return 5


@asynccontextmanager
async def two_databases(db: Database, *routers: Any) -> AsyncIterator[TortoiseContext]:
    """Connections "main", which models use, and "replica", both with all tables."""
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        for main, replica in ((two, one), (one, two)):
            await context.init(
                config={
                    "connections": {"main": main, "replica": replica},
                    "apps": {"models": {"models": MODELS, "default_connection": "main"}},
                }
            )
            await context.generate_schemas()
        context.use_routers(routers)
        yield context


async def owners(using: str) -> list[Any]:
    return await Account.all().using_db(using).order_by("owner").values_list("owner", flat=True)


async def test_reads_here_writes_there(db: Database) -> None:
    async with two_databases(db, Replica):
        account = await Account.create(owner="a")
        assert (await owners("main"), await owners("replica")) == (["a"], [])
        assert await Account.all() == []
        assert await Account.first() is None
        assert not await Account.exists(owner="a")
        assert await Account.all().count() == 0
        await Account.bulk_create([Account(owner="b")])
        assert await Account.filter(owner="b").update(balance=5) == 1
        assert await Account.filter(owner="b").delete() == 1
        account.owner = "c"
        await account.save()
        assert (await owners("main"), await owners("replica")) == (["c"], [])
        await account.delete()
        assert await owners("main") == []


async def test_get_or_create_asks_where_it_writes(db: Database) -> None:
    async with two_databases(db, Replica):
        account = await Account.create(owner="a")
        assert await Account.get_or_create(owner="a") == (account, False)
        assert (await Account.update_or_create(owner="a", defaults={"balance": 5}))[1] is False
        assert (await Account.get(owner="a", using_db="main")).balance == 5
        assert await owners("replica") == []


async def test_what_was_read_is_saved_there(db: Database) -> None:
    async with two_databases(db, Replica):
        for using in ("main", "replica"):
            await Account.create(id=1, owner="a", balance=1, using_db=using)
        account = await Account.get(id=1)
        account.balance = 2
        await account.save()
        assert (await Account.get(id=1, using_db="main")).balance == 2
        assert (await Account.get(id=1, using_db="replica")).balance == 1
        await account.refresh_from_db()
        assert account.balance == 1


async def test_relations(db: Database) -> None:
    async with two_databases(db, Replica):
        author = await Author.create(name="x")
        book = await Book.create(title="t", author=author)
        tag = await Tag.create(name="n")
        await book.tags.add(tag)
        assert await book.tags.all() == []
        assert await book.tags.all().using_db("main") == [tag]
        assert await author.books.all() == []
        await author.fetch_related("books")
        assert list(author.books) == []
        await author.books.create(title="second")
        assert await author.books.all().using_db("main").count() == 2
        assert await Author.all().using_db("replica").count() == 0


async def test_using_db_wins(db: Database) -> None:
    async with two_databases(db, Replica) as context:
        await Account.create(owner="a", using_db="replica")
        await Account.create(owner="b", using_db=context.db("replica"))
        assert await Account.all().count() == 2
        assert await owners("main") == []


async def test_a_model_of_its_own(db: Database) -> None:
    async with two_databases(db, AccountsElsewhere):
        await Account.create(owner="a")
        await Tag.create(name="t")
        assert (await owners("main"), await owners("replica")) == ([], ["a"])
        assert await Tag.all().using_db("main").count() == 1


async def test_the_first_with_an_opinion(db: Database) -> None:
    async with two_databases(db, OnlyReads, AccountsElsewhere, Replica):
        await Account.create(owner="a")
        await Tag.create(name="t")
        assert (await owners("main"), await owners("replica")) == ([], ["a"])
        assert await Tag.all().count() == 0
        assert await Tag.all().using_db("main").count() == 1


async def test_in_a_transaction(db: Database) -> None:
    """The choice stands; a statement is part of the transaction if that is on the chosen connection."""
    async with two_databases(db, Replica):
        with pytest.raises(LookupError):
            async with in_transaction("main"):
                await Account.create(owner="a")
                assert await Account.all().count() == 0
                raise LookupError
        assert await owners("main") == []


@pytest.mark.parametrize(
    "given", [[5], ["nowhere.Router"], ["tortoise.NoSuch"], ["plain"], "tortoise.Model", [Replica()]]
)
async def test_what_is_no_router(db: Database, given: Any) -> None:
    with refused(ConfigurationError, "router"):
        await TortoiseContext().init(
            config={"connections": {"default": db.url}, "apps": {"models": {"models": MODELS}}}, routers=given
        )


async def test_a_router_that_is_mistaken(db: Database) -> None:
    async with two_databases(db, Mistaken):
        with refused(ConfigurationError, "replic", 'Did you mean "replica"?'):
            await Account.all()
        with refused(ConfigurationError, "Mistaken.db_for_write(Account)", "5"):
            await Account.create(owner="a")


async def test_routers_of_a_configuration(db: Database) -> None:
    async with db.new_url() as one, db.new_url() as two, TortoiseContext() as context:
        config = {
            "connections": {"main": one, "replica": two},
            "apps": {"models": {"models": MODELS, "default_connection": "main"}},
            "routers": [f"{Replica.__module__}.Replica"],
        }
        await context.init(config=config)
        assert router.db_for_read(Account) is context.db("replica")
        assert router.db_for_write(Account) is context.db("main")
        router.init_routers([])
        assert router.db_for_read(Account) is None
