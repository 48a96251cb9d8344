"""create, save, bulk_create, update, delete, refresh_from_db."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tortoise.exceptions import DoesNotExist, FieldError, IntegrityError, OperationalError, ParamsError, ValidationError
from tortoise.expressions import F
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Numbered, Person, Seat, Stamped, Ticket, Word
from tortoise_testkit.samples import fill_shelf

# -- one instance


async def test_create_gives_the_key(db: Database) -> None:
    one, two = await Account.create(owner="a"), await Account.create(owner="b")
    assert type(one.id) is int
    assert two.id > one.id
    assert one.pk == one.id
    assert await Account.get(pk=two.pk) == two


async def test_save_of_a_new_instance(db: Database) -> None:
    account = Account(owner="a", balance=5)
    assert not account.id
    assert not account._saved_in_db
    await account.save()
    assert (await Account.get(id=account.id)).balance == 5


async def test_given_keys(db: Database) -> None:
    account = await Account.create(id=1234567, owner="a")
    assert account.id == 1234567
    assert (await Account.get(owner="a")).id == 1234567
    await Numbered.create(number=5, name="five")
    assert (await Numbered.get(number=5)).name == "five"
    await Word.create(text="key")
    assert (await Word.get(pk="key")).weight == 0
    ticket = await Ticket.create(subject="x")
    assert isinstance(ticket.key, UUID)
    assert (await Ticket.get(key=ticket.key)).subject == "x"


async def test_only_what_changed_is_written(db: Database) -> None:
    account = await Account.create(owner="a", balance=1, note="n")
    await Account.filter(id=account.id).update(note="changed meanwhile")
    account.balance = 2
    with db.statements() as sent:
        await account.save()
    assert len(sent) == 1
    assert "balance" in sent[0]
    assert "note" not in sent[0]
    assert await Account.get(id=account.id).values_list("balance", "note") == (2, "changed meanwhile")


async def test_every_save_sets_what_is_set_by_saving(db: Database) -> None:
    made = await Stamped.create(name="x")
    loaded = await Stamped.get(id=made.id)
    await asyncio.sleep(0.002)
    await loaded.save()
    again = await Stamped.get(id=made.id)
    assert again.changed > made.changed
    assert again.made == made.made


async def test_nothing_is_written_when_nothing_changed(db: Database) -> None:
    account = await Account.create(owner="a")
    loaded = await Account.get(id=account.id)
    with db.statements() as sent:
        await account.save()
        await loaded.save()
        loaded.balance = 1
        loaded.balance = 0
        await loaded.save()
    assert sent == []


async def test_force_update_writes_all(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    await Account.filter(id=account.id).update(balance=9)
    await account.save(force_update=True)
    assert (await Account.get(id=account.id)).balance == 1


async def test_update_fields(db: Database) -> None:
    account = await Account.create(owner="a", balance=1)
    account.balance, account.note = 2, "not written"
    await account.save(update_fields=["balance"])
    assert await Account.get(id=account.id).values_list("balance", "note") == (2, None)
    await account.save()
    assert (await Account.get(id=account.id)).note == "not written"


async def test_update_fields_takes_relations(db: Database) -> None:
    shelf = await fill_shelf()
    book = shelf.books["Alpha"]
    book.author, book.title = shelf.authors["Cid"], "not written"
    await book.save(update_fields=["author"])
    found = await Book.get(id=book.id).select_related("author")
    assert (found.author.name, found.title) == ("Cid", "Alpha")


@pytest.mark.parametrize("name", ["nothing", "id", "pk"])
async def test_update_fields_refuses(db: Database, name: str) -> None:
    account = await Account.create(owner="a")
    with refused(FieldError, "Account"):
        await account.save(update_fields=[name])


async def test_force_create(db: Database) -> None:
    account = await Account.create(owner="a")
    with refused(IntegrityError):
        await account.save(force_create=True)


async def test_saving_what_is_gone_is_refused(db: Database) -> None:
    account = await Account.create(owner="a")
    await Account.all().delete()
    account.balance = 5
    with refused(IntegrityError, "Account"):
        await account.save()


async def test_expressions_in_attributes(db: Database) -> None:
    account = await Account.create(owner="a", balance=10)
    await Account.filter(id=account.id).update(balance=100)
    account.balance = F("balance") + 1
    await account.save()
    assert account.balance == 101
    assert (await Account.get(id=account.id)).balance == 101
    account.balance += 1
    await account.save()
    assert (await Account.get(id=account.id)).balance == 102


async def test_expressions_beside_values(db: Database) -> None:
    account = await Account.create(owner="a", balance=10)
    assert await Account.filter(id=account.id).update(balance=F("balance") * 3 + 4, note="n", owner="b") == 1
    await account.refresh_from_db()
    assert (account.balance, account.note, account.owner) == (34, "n", "b")


async def test_expressions_need_a_stored_row(db: Database) -> None:
    with refused(FieldError, "Account.balance"):
        await Account.create(owner="a", balance=F("balance") + 1)
    with refused(FieldError, "Account.balance"):
        await Account.bulk_create([Account(owner="a", balance=F("balance") + 1)])


async def test_refresh(db: Database) -> None:
    account = await Account.create(owner="a", balance=1, note="n")
    await Account.filter(id=account.id).update(balance=2, note="m")
    await account.refresh_from_db(fields=["balance"])
    assert (account.balance, account.note) == (2, "n")
    await account.refresh_from_db()
    assert account.note == "m"
    with db.statements() as sent:
        await account.save()
    assert sent == []


async def test_refresh_of_what_is_not_there(db: Database) -> None:
    with refused(OperationalError, "Account"):
        await Account(owner="a").refresh_from_db()
    account = await Account.create(owner="a")
    await Account.all().delete()
    with refused(DoesNotExist, "Account"):
        await account.refresh_from_db()
    with refused(FieldError, "nothing"):
        await account.refresh_from_db(fields=["nothing"])


async def test_delete(db: Database) -> None:
    one, two = await Account.create(owner="a"), await Account.create(owner="b")
    await one.delete()
    assert await Account.all() == [two]
    with refused(OperationalError, "unpersisted"):
        await Account(owner="c").delete()


async def test_unknown_arguments_are_refused(db: Database) -> None:
    with refused(FieldError, "Account", "ownr", "owner"):
        await Account.create(ownr="a")
    with refused(FieldError, "Account", "nothing"):
        Account(owner="a", nothing=1)
    with pytest.raises(TypeError):
        Account("a")  # type: ignore[call-arg]  # that is the mistake


async def test_unique(db: Database) -> None:
    await Account.create(owner="a")
    with refused(IntegrityError):
        await Account.create(owner="a")
    await Seat.create(row=1, place=1)
    await Seat.create(row=1, place=2)
    with refused(IntegrityError):
        await Seat.create(row=1, place=2)


# -- many


async def test_bulk_create_keys_are_in_order(db: Database) -> None:
    accounts = [Account(owner=f"o{at}", balance=at) for at in range(500)]
    created = await Account.bulk_create(accounts)
    assert list(created) == accounts
    assert len({account.id for account in accounts}) == 500
    stored = dict(await Account.all().values_list("id", "owner"))
    assert all(stored[account.id] == account.owner for account in accounts)


async def test_bulk_create_is_atomic(db: Database) -> None:
    await Account.create(owner="taken")
    with refused(IntegrityError):
        await Account.bulk_create([Account(owner="new"), Account(owner="taken"), Account(owner="other")])
    assert await Account.all().count() == 1


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_bulk_create_in_batches_is_atomic_too(db: Database, size: int) -> None:
    with refused(IntegrityError):
        await Account.bulk_create([Account(owner=name) for name in ("a", "b", "c", "a")], batch_size=size)
    assert await Account.all().count() == 0
    accounts = [Account(owner=name) for name in "abcdefg"]
    await Account.bulk_create(accounts, batch_size=size)
    assert await Account.all().order_by("id").values_list("owner", flat=True) == list("abcdefg")
    assert [account.id for account in accounts] == await Account.all().order_by("owner").values_list("id", flat=True)


async def test_bulk_create_with_some_keys_given(db: Database) -> None:
    accounts = [Account(owner="a"), Account(id=10**6, owner="b"), Account(owner="c")]
    await Account.bulk_create(accounts)
    assert accounts[1].id == 10**6
    stored = dict(await Account.all().values_list("owner", "id"))
    assert stored == {account.owner: account.id for account in accounts}


async def test_bulk_create_with_other_keys(db: Database) -> None:
    await Word.bulk_create([Word(text=text, weight=at) for at, text in enumerate(("x", "y's", "🐢"))])
    assert await Word.all().order_by("weight").values_list("text", flat=True) == ["x", "y's", "🐢"]
    tickets = [Ticket(subject=str(at)) for at in range(3)]
    await Ticket.bulk_create(tickets)
    assert {ticket.key for ticket in tickets} == set(await Ticket.all().values_list("key", flat=True))


async def test_bulk_created_instances_can_be_saved(db: Database) -> None:
    accounts = [Account(owner="a"), Account(owner="b")]
    await Account.bulk_create(accounts)
    accounts[1].balance = 7
    with db.statements() as sent:
        await accounts[0].save()
        await accounts[1].save()
    assert len(sent) == 1
    assert (await Account.get(owner="b")).balance == 7


async def test_bulk_create_of_relations_and_automatic_moments(db: Database) -> None:
    shelf = await fill_shelf()
    await Book.bulk_create([Book(title=f"new {at}", author=shelf.authors["Cid"]) for at in range(3)])
    assert await shelf.authors["Cid"].books.all().count() == 3
    stamped = [Stamped(name="a"), Stamped(name="b")]
    await Stamped.bulk_create(stamped)
    assert [row.made for row in stamped] == [row.made for row in await Stamped.all().order_by("id")]


async def test_bulk_create_of_nothing(db: Database) -> None:
    with db.statements() as sent:
        assert list(await Account.bulk_create([])) == []
    assert sent == []


async def test_bulk_create_beyond_the_parameter_limit(db: Database) -> None:
    number = 20000
    await Seat.bulk_create([Seat(row=at, place=at % 7) for at in range(number)])
    assert await Seat.all().count() == number
    assert await Seat.filter(row=number - 1).values_list("place", flat=True) == [(number - 1) % 7]


async def test_bulk_create_refuses(db: Database) -> None:
    with refused(FieldError, "Account", "Word"):
        await Account.bulk_create([Word(text="x")])  # type: ignore[list-item]  # that is the mistake
    with refused(ParamsError, "batch_size"):
        await Account.bulk_create([Account(owner="a")], batch_size=0)
    with refused(ValidationError, "Account.owner"):
        await Account.bulk_create([Account(owner="a"), Account(owner="x" * 21)])
    assert await Account.all().count() == 0


# -- by query


async def test_update(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().update(pages=1) == 4
    assert await Book.filter(title__in=["Alpha", "Beta"]).update(pages=2, title="same") == 2
    assert await Book.filter(title="same").values_list("pages", flat=True) == [2, 2]
    assert await Book.filter(title="nothing").update(pages=3) == 0


async def test_update_over_relations(db: Database) -> None:
    shelf = await fill_shelf()
    assert await Book.filter(author__country__name="Kenya").update(pages=7) == 2
    assert await Book.filter(tags__name="red").update(pages=8) == 2
    assert sorted(await Book.all().values_list("pages", flat=True)) == [7, 7, 8, 8]
    assert await Author.filter(books__title="Gamma").update(country=shelf.countries["Norway"]) == 1
    assert await Author.filter(country__name="Norway").count() == 2


async def test_update_with_limit(db: Database) -> None:
    await Account.bulk_create([Account(owner=name) for name in "abcde"])
    assert await Account.all().order_by("-owner").limit(2).update(balance=1) == 2
    assert await Account.filter(balance=1).order_by("owner").values_list("owner", flat=True) == ["d", "e"]
    assert await Account.all().order_by("owner").offset(4).update(balance=2) == 1
    assert await Account.get(balance=2).values_list("owner", flat=True) == "e"


async def test_update_sets_relations(db: Database) -> None:
    shelf = await fill_shelf()
    assert await Book.filter(title="Alpha").update(author=shelf.authors["Cid"], editor=None) == 1
    found = await Book.get(title="Alpha")
    assert (found.author_id, found.editor_id) == (shelf.authors["Cid"].id, None)
    assert await Book.filter(title="Alpha").update(author_id=shelf.authors["Ben"].id) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"nothing": 1}, ("nothing",)),
        ({"tags": 1}, ("tags",)),
        ({"id": 1}, ("id", "primary key")),
        ({"pk": 1}, ("primary key",)),
        ({}, ("update",)),
        ({"pages": F("author__born")}, ("related",)),
    ],
)
async def test_update_refuses(db: Database, values: dict[str, Any], words: tuple[str, ...]) -> None:
    with refused(FieldError, *words):
        await Book.all().update(**values)


async def test_delete_by_query(db: Database) -> None:
    await fill_shelf()
    assert await Book.filter(pages__gt=150).delete() == 2
    assert titles(await Book.all().order_by("title")) == ["Alpha", "Delta"]
    assert await Book.all().delete() == 2
    assert await Book.all().delete() == 0


async def test_delete_over_relations(db: Database) -> None:
    await fill_shelf()
    assert await Book.filter(tags__name="red").delete() == 2
    assert titles(await Book.all().order_by("title")) == ["Delta", "Gamma"]
    assert await Book.filter(author__name="Ben", publisher__name="Acme").delete() == 1


async def test_delete_with_limit(db: Database) -> None:
    await Account.bulk_create([Account(owner=name) for name in "abcde"])
    assert await Account.all().order_by("-owner").limit(2).delete() == 2
    assert await Account.all().order_by("owner").values_list("owner", flat=True) == ["a", "b", "c"]
    assert await Account.all().order_by("owner").offset(1).delete() == 2
    assert await Account.all().values_list("owner", flat=True) == ["a"]


async def test_delete_counts_own_rows_only(db: Database) -> None:
    await fill_shelf()
    assert await Author.filter(name="Ann").delete() == 1
    assert await Book.all().count() == 2


async def test_delete_of_rows_that_refer_to_each_other(db: Database) -> None:
    boss = await Person.create(name="boss")
    await Person.create(name="a", boss=boss)
    assert await Person.filter(boss__name="boss").delete() == 1
    assert await Person.all().count() == 1


async def test_documents_changed_in_place_are_saved(db: Database) -> None:
    document = await Document.create(body={"list": [1]})
    document.body["list"].append(2)
    await document.save()
    loaded = await Document.get(id=document.id)
    assert loaded.body == {"list": [1, 2]}
    loaded.body["more"] = {"a": None}
    await loaded.save()
    with db.statements() as sent:
        await loaded.save()
    assert sent == []
    assert (await Document.get(id=document.id)).body == {"list": [1, 2], "more": {"a": None}}


async def test_documents_of_other_types_count_as_changed(db: Database) -> None:
    document = await Document.create(body={"n": 1}, extra=[0])
    document.body, document.extra = {"n": True}, [0.5]
    await document.save()
    found = await Document.get(id=document.id)
    assert found.body["n"] is True
    assert found.extra == [0.5]
    found.extra = None
    await found.save()
    assert (await Document.get(id=document.id)).extra is None
