"""Model[pk], in_bulk, clone, construct, update_from_dict, copies of instances."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import (
    ConfigurationError,
    FieldError,
    IncompleteInstanceError,
    MultipleObjectsReturned,
    ObjectDoesNotExistError,
    ParamsError,
    UnSupportedError,
    ValidationError,
)
from tortoise.models import Model
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Numbered, Ticket, Word
from tortoise_testkit.samples import fill_shelf

# -- Model[pk]


async def test_by_key(db: Database) -> None:
    account = await Account.create(owner="a")
    word = await Word.create(text="key", weight=3)
    assert await Account[account.id] == account
    assert (await Word["key"]).weight == 3
    assert (await Word[word.pk])._saved_in_db


async def test_by_key_without_a_row(db: Database) -> None:
    with pytest.raises(ObjectDoesNotExistError, match="Account has no object with id=5") as caught:
        await Account[5]
    assert isinstance(caught.value, KeyError)
    assert (caught.value.model, caught.value.pk_name, caught.value.pk_val) == (Account, "id", 5)


async def test_by_key_of_another_type(db: Database) -> None:
    with refused(ValidationError, "Account.id"):
        await Account["five"]


# -- in_bulk


async def test_in_bulk(db: Database) -> None:
    one, two, three = [await Account.create(owner=owner) for owner in "abc"]
    assert await Account.in_bulk([one.id, three.id, 10**6]) == {one.id: one, three.id: three}
    assert await Account.in_bulk((owner for owner in "bx"), "owner") == {"b": two}
    assert await Account.in_bulk([]) == {}
    assert await Account.in_bulk([one.id], using_db=db.executor) == {one.id: one}


async def test_in_bulk_takes_the_type_of_the_field(db: Database) -> None:
    account = await Account.create(owner="a")
    assert await Account.in_bulk([str(account.id)]) == {account.id: account}


async def test_in_bulk_of_many(db: Database) -> None:
    await Account.bulk_create([Account(owner=str(number)) for number in range(300)])
    found = await Account.in_bulk([str(number) for number in range(250)], field_name="owner")
    assert sorted(found, key=int) == [str(number) for number in range(250)]


async def test_in_bulk_never_drops_a_row(db: Database) -> None:
    await Account.bulk_create([Account(owner="a", balance=5), Account(owner="b", balance=5)])
    with refused(MultipleObjectsReturned, "balance=5"):
        await Account.in_bulk([5], "balance")


@pytest.mark.parametrize(("name", "word"), [("nothing", "nothing"), ("author", "relation"), ("tags", "relation")])
async def test_in_bulk_refuses(db: Database, name: str, word: str) -> None:
    with refused(FieldError, word):
        await Book.in_bulk([1], name)


async def test_in_bulk_of_a_query(db: Database) -> None:
    one, two = [await Account.create(owner=owner, balance=5) for owner in "ab"]
    assert await Account.filter(owner="a").in_bulk([one.id, two.id]) == {one.id: one}
    assert await Account.all().order_by("id").in_bulk(iter("ba"), "owner") == {"a": one, "b": two}
    assert await Account.all().in_bulk([]) == {}
    with refused(MultipleObjectsReturned, "Account.in_bulk", "balance=5"):
        await Account.all().in_bulk([5], "balance")
    with refused(FieldError, "ownr", "owner"):
        await Account.all().in_bulk([5], "ownr")
    with refused(ParamsError, "Account.in_bulk", "3"):
        await Account.all().in_bulk(3)  # type: ignore[arg-type]  # that is the mistake


async def test_in_bulk_takes_no_text(db: Database) -> None:
    with refused(ParamsError, "Account.in_bulk", "'ab'"):
        await Account.in_bulk("ab", "owner")


# -- clone


async def test_clone(db: Database) -> None:
    first = await Account.create(owner="a", balance=5)
    second = first.clone()
    assert dict(second) == {**dict(first), "id": None}
    assert not second._saved_in_db
    second.owner = "b"
    await second.save()
    assert await Account.all().order_by("id").values_list("owner", "balance") == [("a", 5), ("b", 5)]


async def test_clone_with_a_key(db: Database) -> None:
    number = await Numbered.create(number=1, name="one")
    other = number.clone(pk=2)
    assert (other.number, other.name, number.number) == (2, "one", 1)
    await other.save()
    assert await Numbered.all().count() == 2
    with refused(ParamsError, "Numbered.number", "clone(pk=...)"):
        number.clone()


async def test_clone_of_a_made_key(db: Database) -> None:
    ticket = await Ticket.create(subject="x")
    other = ticket.clone()
    assert other.key != ticket.key
    await other.save()
    assert await Ticket.filter(subject="x").count() == 2


async def test_clones_share_no_document(db: Database) -> None:
    document = await Document.create(title="a", body={"list": [1]})
    other = document.clone()
    other.body["list"].append(2)
    assert document.body == {"list": [1]}


# -- construct


async def test_construct(db: Database) -> None:
    account = Account.construct(owner="a")
    assert dict(account) == {"id": None, "owner": "a", "balance": 0, "note": None}
    assert not account._saved_in_db
    await account.save()
    assert (await Account.get(owner="a")).balance == 0


async def test_construct_checks_nothing(db: Database) -> None:
    account = Account.construct(owner="a", balance="many")
    assert dict(account)["balance"] == "many"
    with refused(ValidationError, "Account.balance"):
        await account.save()


async def test_construct_of_a_stored_row(db: Database) -> None:
    stored = await Account.create(owner="a", balance=5)
    account = Account.construct(_saved_in_db=True, pk=stored.id, owner="b", balance=6)
    await account.save()
    assert await Account.all().values_list("id", "owner", "balance") == [(stored.id, "b", 6)]


async def test_construct_with_relations(db: Database) -> None:
    author = await Author.create(name="x")
    book = Book.construct(title="t", author=author)
    assert book.author_id == author.id
    await book.save()
    assert (await Book.get(title="t").select_related("author")).author == author


async def test_construct_shares_no_default(db: Database) -> None:
    Document.construct().body["x"] = 1
    assert Document.construct().body == {}


@pytest.mark.parametrize("make", [Account.construct, Account], ids=["construct", "init"])
async def test_unknown_names(db: Database, make: Any) -> None:
    with refused(FieldError, "ownr", 'Did you mean "owner"?'):
        make(ownr="a")


async def test_create_refuses_unknown_names(db: Database) -> None:
    with refused(FieldError, "Account", "no_such_field"):
        await Account.create(owner="a", no_such_field=1)
    assert await Account.all().count() == 0


# -- update_from_dict


async def test_update_from_dict(db: Database) -> None:
    account = await Account.create(owner="a")
    assert account.update_from_dict({"owner": "b", "balance": "7"}) is account
    assert (account.owner, account.balance) == ("b", 7)
    assert (await Account.get(id=account.id)).owner == "a"
    await account.save()
    assert (await Account.get(id=account.id)).balance == 7


async def test_update_from_dict_with_relations(db: Database) -> None:
    shelf = await fill_shelf()
    book, cid = shelf.books["Alpha"], shelf.authors["Cid"]
    await book.update_from_dict({"author": cid, "editor_id": cid.id}).save()
    found = await Book.get(id=book.id).select_related("author", "editor")
    assert (found.author, found.editor) == (cid, cid)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        ({"owner": "b", "ownr": "c"}, FieldError, ("ownr", "owner")),
        ({"owner": "b", "balance": "many"}, ValidationError, ("Account.balance",)),
        ({"owner": "b", "balance": None}, ValueError, ("balance",)),
    ],
)
async def test_update_from_dict_is_all_or_nothing(db: Database, data: Any, kind: Any, words: Any) -> None:
    account = await Account.create(owner="a")
    with refused(kind, *words):
        account.update_from_dict(data)
    assert (account.owner, account.balance) == ("a", 0)


async def test_update_from_dict_refuses_many_rows(db: Database) -> None:
    shelf = await fill_shelf()
    with refused(ConfigurationError, "Book.tags"):
        shelf.books["Alpha"].update_from_dict({"tags": []})


# -- the rest


async def test_tables_are_not_given(db: Database) -> None:
    with refused(UnSupportedError, "Account", "_meta.db_table"):
        Account.get_table()


@pytest.mark.parametrize("how", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
async def test_copies_are_saved_as_what_they_are(db: Database, how: Any) -> None:
    account = await Account.create(owner="a", balance=1)
    twin = how(account)
    assert (twin, dict(twin), twin._saved_in_db) == (account, dict(account), True)
    twin.balance = 2
    await twin.save()
    assert await Account.all().values_list("owner", "balance") == [("a", 2)]
    assert not how(Account(owner="new"))._saved_in_db


async def test_keys_of_several_columns(db: Database) -> None:
    class Square(Model):
        row = fields.IntField()
        place = fields.IntField()
        content = fields.CharField(max_length=10, default="")

        class Meta:
            primary_key = ("row", "place")

    async with db.another(Square):
        first = await Square.create(row=1, place=2, content="x")
        assert await Square[1, 2] == first
        assert await Square.in_bulk([(1, 2), (2, 1)]) == {(1, 2): first}
        second = first.clone(pk=(2, 1))
        await second.save()
        third, created = await Square.get_or_create(pk=(3, 3), defaults={"content": "y"})
        assert (third.pk, third.content, created) == ((3, 3), "y", True)
        second.content = third.content = "z"
        assert await Square.bulk_update([second, third], ["content"]) == 2
        rows = [Square.construct(pk=(3, 3), content="old"), Square(row=4, place=4)]
        await Square.bulk_create(rows, ignore_conflicts=True)
        assert [row._saved_in_db for row in rows] == [False, True]
        await Square.bulk_create([Square(row=1, place=2, content="w")], on_conflict=["pk"], update_fields=["content"])
        found = await Square.all().order_by("row").values_list("row", "place", "content")
        assert found == [(1, 2, "w"), (2, 1, "z"), (3, 3, "z"), (4, 4, "")]
        with refused(FieldError, "Square.pk", "row, place"):
            first.clone(pk=5)


async def test_bulk_update_of_what_was_loaded_in_part(db: Database) -> None:
    await Account.bulk_create([Account(owner="a", note="n"), Account(owner="b", note="m")])
    rows = await Account.all().only("id", "balance").order_by("id")
    for row in rows:
        row.balance = 5
    assert await Account.bulk_update(rows, ["balance"]) == 2
    assert await Account.all().order_by("owner").values_list("balance", "note") == [(5, "n"), (5, "m")]
    with refused(IncompleteInstanceError, "Account.note"):
        await Account.bulk_update(rows, ["note"])
    with pytest.raises(ValueError, match="primary key"):
        await Account.bulk_update(await Account.all().only("balance"), ["balance"])
