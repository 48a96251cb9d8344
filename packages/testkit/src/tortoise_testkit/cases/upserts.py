"""get_or_create and update_or_create, also by many at once."""

from __future__ import annotations

import asyncio
import contextvars
from functools import partial
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError, MultipleObjectsReturned, ParamsError
from tortoise.expressions import F
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Word

# -- get_or_create


async def test_created_then_found(db: Database) -> None:
    first, created = await Account.get_or_create(owner="a", defaults={"balance": 5})
    assert (first.owner, first.balance, created, first._saved_in_db) == ("a", 5, True, True)
    second, created = await Account.get_or_create({"balance": 9}, owner="a")
    assert (second, second.balance, created) == (first, 5, False)


async def test_by_the_key(db: Database) -> None:
    account, created = await Account.get_or_create(pk=77, defaults={"owner": "a"})
    assert (account.id, created) == (77, True)
    assert await Account.get_or_create(pk=77) == (account, False)
    assert await Word.get_or_create(text="x") == (await Word.get(), True)


async def test_by_a_relation(db: Database) -> None:
    author = await Author.create(name="x")
    book, created = await Book.get_or_create(title="t", author=author)
    assert (book.author_id, created) == (author.id, True)
    assert await Book.get_or_create(title="t", author=author) == (book, False)


async def test_lookups_only_find(db: Database) -> None:
    account, created = await Account.get_or_create(owner__iexact="A", defaults={"owner": "a"})
    assert (account.owner, created) == ("a", True)
    assert await Account.get_or_create(owner__iexact="A", defaults={"owner": "a"}) == (account, False)


async def test_two_rows_are_refused(db: Database) -> None:
    await Account.bulk_create([Account(owner="a"), Account(owner="b")])
    with refused(MultipleObjectsReturned, "Account"):
        await Account.get_or_create(balance=0)
    with refused(MultipleObjectsReturned, "Account"):
        await Account.update_or_create(balance=0, defaults={"balance": 1})
    assert await Account.filter(balance=0).count() == 2


async def test_defaults_that_contradict(db: Database) -> None:
    with refused(ParamsError, "owner", "'b'", "'a'"):
        await Account.get_or_create(owner="a", defaults={"owner": "b"})


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("method", ["get_or_create", "update_or_create"])
async def test_unknown_defaults(db: Database, method: str, there: bool) -> None:
    if there:
        await Account.create(owner="a")
    with refused(FieldError, "balanc", 'Did you mean "balance"?'):
        await getattr(Account, method)(owner="a", defaults={"balanc": 5})
    with refused(ParamsError, "Account", "mapping"):
        await getattr(Account, method)(owner="a", defaults=5)
    assert await Account.all().count() == there


async def test_another_constraint_in_the_way(db: Database) -> None:
    await Account.create(owner="a", balance=1)
    with refused(IntegrityError):
        await Account.get_or_create(balance=2, defaults={"owner": "a"})


async def test_using_db(db: Database) -> None:
    async with in_transaction() as connection:
        await Account.get_or_create(owner="a", using_db=connection)
    assert await Account.exists(owner="a")


# -- update_or_create


async def test_updated_or_created(db: Database) -> None:
    first, created = await Account.update_or_create(owner="a", defaults={"balance": 5})
    assert (first.balance, created) == (5, True)
    second, created = await Account.update_or_create({"balance": 6}, owner="a")
    assert (second, second.balance, created) == (first, 6, False)
    assert await Account.all().values_list("owner", "balance") == [("a", 6)]


async def test_defaults_may_differ(db: Database) -> None:
    await Account.update_or_create(owner="a", defaults={"owner": "b"})
    assert await Account.all().values_list("owner", flat=True) == ["b"]
    await Account.update_or_create(owner="b", defaults={"owner": "c"})
    assert await Account.all().values_list("owner", flat=True) == ["c"]


async def test_updates_by_expressions(db: Database) -> None:
    await Account.create(owner="a", balance=5)
    account, created = await Account.update_or_create(owner="a", defaults={"balance": F("balance") + 1})
    assert (account.balance, created) == (6, False)


async def test_without_defaults(db: Database) -> None:
    account = await Account.create(owner="a", balance=5)
    assert await Account.update_or_create(owner="a") == (account, False)


async def test_overridden_save_is_used(db: Database) -> None:
    class Kept(Model):
        name = fields.CharField(max_length=20, unique=True)
        saves = fields.IntField(default=0)

        async def save(self, *args: Any, **kwargs: Any) -> None:
            self.saves += 1
            await super().save(*args, **kwargs)

    async with db.another(Kept):
        await Kept.get_or_create(name="a")
        await Kept.update_or_create(name="a", defaults={"name": "b"})
        assert await Kept.all().values_list("name", "saves") == [("b", 2)]


# -- many at once


@pytest.mark.parametrize("method", ["get_or_create", "update_or_create"])
async def test_one_of_many_creates(db: Database, method: str) -> None:
    async def ask(number: int) -> Any:
        return await getattr(Account, method)(owner="a", defaults={"balance": 1})

    found = await asyncio.gather(*[ask(number) for number in range(20)])
    assert [created for _, created in found].count(True) == 1
    assert len({account.id for account, _ in found}) == 1
    assert await Account.all().count() == 1


async def test_one_of_many_transactions_creates(db: Database) -> None:
    async def ask(number: int) -> tuple[Account, bool]:
        async with in_transaction():
            await Word.create(text=str(number))
            return await Account.get_or_create(owner="a", defaults={"balance": 1})

    found = await asyncio.gather(*[ask(number) for number in range(20)])
    assert [created for _, created in found].count(True) == 1
    assert await Word.all().count() == 20
    assert await Account.all().count() == 1


async def test_a_transaction_goes_on_after_a_conflict(db: Database) -> None:
    await Account.create(owner="a", balance=1)
    async with in_transaction():
        await Word.create(text="before")
        with refused(IntegrityError):
            await Account.get_or_create(balance=2, defaults={"owner": "a"})
        await Word.create(text="after")
    assert await Word.all().order_by("text").values_list("text", flat=True) == ["after", "before"]


async def test_counters_lose_nothing(db: Database) -> None:
    async def count(number: int) -> None:
        await Account.update_or_create(owner="a", defaults={"balance": F("balance") + 1})

    await Account.create(owner="a")
    await asyncio.gather(*[count(number) for number in range(10)])
    assert (await Account.get()).balance == 10


async def test_in_the_transaction_of_another_task(db: Database) -> None:
    """What is given as `using_db` is where it happens, though this task has another transaction open or none."""
    with pytest.raises(LookupError):
        async with in_transaction() as connection:
            elsewhere = contextvars.Context().run(partial(_create_there, connection, db.context))
            account, created = await elsewhere
            assert created
            assert await Account.all() == [account]
            raise LookupError
    assert await Account.all().count() == 0


def _create_there(connection: Any, context: Any) -> asyncio.Task[tuple[Account, bool]]:
    async def create() -> tuple[Account, bool]:
        with context:
            return await Account.get_or_create(owner="a", using_db=connection)

    return asyncio.get_running_loop().create_task(create())
