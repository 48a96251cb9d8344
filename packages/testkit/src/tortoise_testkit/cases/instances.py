"""Instances as Python objects, and what they remember of their row."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from tortoise.exceptions import IntegrityError
from tortoise.expressions import F
from tortoise.transactions import in_transaction
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Word
from tortoise_testkit.samples import fill_shelf


async def test_vars_has_the_columns(db: Database) -> None:
    account = await Account.create(owner="a", balance=3)
    found = await Account.get(id=account.id)
    assert {key: vars(found)[key] for key in ("id", "owner", "balance", "note")} == {
        "id": account.id, "owner": "a", "balance": 3, "note": None
    }  # fmt: skip


async def test_writing_through_vars(db: Database) -> None:
    account = await Account.create(owner="a")
    account.__dict__["balance"] = 5
    account.__dict__.update(note="n", mine=1)
    assert (account.balance, account.note, account.mine) == (5, "n", 1)
    await account.save()
    assert (await Account.get(id=account.id)).balance == 5


async def test_own_attributes(db: Database) -> None:
    account = await Account.create(owner="a")
    account.mine = {"x": 1}
    assert account.mine == {"x": 1}
    assert vars(account)["mine"] == {"x": 1}
    del account.mine
    assert not hasattr(account, "mine")


async def test_cached_property(db: Database) -> None:
    account = await Account.create(owner="a")
    assert account.shout == "A"
    account.owner = "b"
    assert account.shout == "A"
    assert (await Account.get(id=account.id)).shout == "A"


async def test_dict(db: Database) -> None:
    account = await Account.create(owner="a", balance=3)
    assert dict(account) == {"id": account.id, "owner": "a", "balance": 3, "note": None}


async def test_equality_and_hash(db: Database) -> None:
    one = await Account.create(owner="a")
    same, other = await Account.get(owner="a"), await Account.create(owner="b")
    assert one == same
    assert one != other
    assert len({one, same, other}) == 2
    word = await Word.create(text=str(one.id))
    assert word != one
    assert Account(owner="x") != Account(owner="x")
    with pytest.raises(TypeError):
        hash(Account(owner="x"))


async def test_repr(db: Database) -> None:
    account = await Account.create(owner="a")
    assert str(account.id) in repr(account)
    assert "Account" in repr(account)
    assert "Account" in repr(Account(owner="a"))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
async def test_duplicates(db: Database, duplicate: Any) -> None:
    account = await Account.create(owner="a", balance=1)
    account.mine = [1]
    twin = duplicate(account)
    assert twin == account
    assert twin is not account
    assert (twin.owner, twin.balance, twin.mine) == ("a", 1, [1])
    twin.balance = 9
    assert account.balance == 1
    await twin.save()
    assert (await Account.get(id=account.id)).balance == 9
    assert await Account.all().count() == 1


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda o: pickle.loads(pickle.dumps(o))])
async def test_duplicates_with_related_rows(db: Database, duplicate: Any) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha").select_related("author").prefetch_related("tags")
    twin = duplicate(book)
    assert twin.author.name == "Ann"
    assert twin.author is not book.author
    assert sorted(tag.name for tag in twin.tags) == ["blue", "red"]


async def test_duplicates_of_new_instances(db: Database) -> None:
    account = Account(owner="a")
    twin = copy.copy(account)
    await account.save()
    assert twin.id is None
    twin.owner = "b"
    await twin.save()
    assert await Account.all().count() == 2


async def test_no_two_instances_share_a_default(db: Database) -> None:
    one, two = Document(), Document()
    one.body["x"] = 1
    assert two.body == {}


async def test_awaiting_an_instance_gives_it(db: Database) -> None:
    account = await Account.create(owner="a")
    assert await account is account


async def test_a_rollback_makes_a_create_count_again(db: Database) -> None:
    account = Account(owner="a")
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await account.save()
            assert account._saved_in_db is True
            raise ZeroDivisionError
    assert account._saved_in_db is False
    assert await Account.all().count() == 0
    account.id = None  # its key was never given out
    await account.save()
    assert await Account.all().count() == 1


async def test_a_rollback_makes_a_change_count_again(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            account.balance = 2
            await account.save()
            raise ZeroDivisionError
    assert (await Account.get(id=account.id)).balance == 1
    await account.save()
    assert (await Account.get(id=account.id)).balance == 2


async def test_a_rolled_back_savepoint_makes_a_change_count_again(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    async with in_transaction():
        with pytest.raises(ZeroDivisionError):
            async with in_transaction():
                account.balance = 2
                await account.save()
                raise ZeroDivisionError
        await account.save()
    assert (await Account.get(id=account.id)).balance == 2


async def test_what_a_rolled_back_transaction_read_is_not_trusted(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            await Account.filter(id=account.id).update(balance=5)
            seen = await Account.get(id=account.id)
            raise ZeroDivisionError
    assert seen.balance == 5
    await seen.save()  # what it shows is not what is stored
    assert (await Account.get(id=account.id)).balance == 5


async def test_a_rollback_undoes_a_create_that_was_refreshed(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with in_transaction():
            account = await Account.create(owner="a")
            await account.refresh_from_db()
            await account.refresh_from_db(fields=["balance"])
            raise ZeroDivisionError
    assert account._saved_in_db is False
    await account.save()
    assert await Account.all().count() == 1


async def test_a_failed_save_leaves_the_instance_as_it_was(db: Database) -> None:
    await Account.create(owner="taken")
    account = await Account.create(owner="a")
    account.owner = "taken"
    with pytest.raises(IntegrityError):
        await account.save()
    account.owner = "free"
    await account.save()
    assert (await Account.get(id=account.id)).owner == "free"


async def test_expressions_in_attributes_after_a_copy(db: Database) -> None:
    account = await Account.create(owner="a", balance=4)
    twin = copy.copy(account)
    twin.balance = F("balance") * 2
    await twin.save()
    assert (twin.balance, account.balance) == (8, 4)


async def test_annotations_are_attributes(db: Database) -> None:
    await fill_shelf()
    author = await Author.annotate(next_year=F("born") + 1).get(name="Ann")
    assert author.next_year == 1951
    author.born = 1949
    await author.save()
    assert (await Author.get(name="Ann")).born == 1949


async def test_the_key_can_be_set_by_its_alias() -> None:
    account = Account(pk=5, owner="a")
    assert account.id == 5
    account.pk = 6
    assert (account.id, account.pk) == (6, 6)
