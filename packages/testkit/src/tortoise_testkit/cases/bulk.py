"""bulk_create where rows conflict, and bulk_update."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError, OperationalError, ParamsError, ValidationError
from tortoise.expressions import F
from tortoise.models import Model
from tortoise.transactions import in_transaction
from tortoise_core.dialect.statements import Backend
from tortoise_core.write.bulk_update import BulkUpdatePlan, bulk_update
from tortoise_core.write.codec import Codec
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Numbered, Odd, Sample, Seat, Stamped, Tag, Word
from tortoise_testkit.samples import fill_shelf


async def balances() -> list[Any]:
    return await Account.all().order_by("owner").values_list("owner", "balance")


# -- conflicts that are passed over


async def test_ignored_conflicts(db: Database) -> None:
    await Account.create(owner="b", balance=1)
    rows = [Account(owner=owner, balance=2) for owner in "abc"]
    assert await Account.bulk_create(rows, ignore_conflicts=True) == rows
    assert await balances() == [("a", 2), ("b", 1), ("c", 2)]


async def test_keys_of_what_was_stored_and_of_nothing_else(db: Database) -> None:
    for number in range(0, 40, 3):
        await Account.create(owner=str(number))
    rows = [Account(owner=str(number), balance=5) for number in range(40)]
    await Account.bulk_create(rows, ignore_conflicts=True)
    stored = dict(await Account.filter(balance=5).values_list("owner", "id"))
    assert {row.owner: row.id for row in rows if row.id is not None} == stored
    assert [row.owner for row in rows if row.id is None] == [str(number) for number in range(0, 40, 3)]
    assert [row._saved_in_db for row in rows] == [row.id is not None for row in rows]


async def test_one_row_twice(db: Database) -> None:
    rows = [Account(owner="a", balance=number) for number in range(3)]
    await Account.bulk_create(rows, ignore_conflicts=True)
    assert await balances() == [("a", 0)]
    assert [row.id is None for row in rows] == [False, True, True]


async def test_given_keys_that_conflict(db: Database) -> None:
    await Numbered.create(number=2, name="old")
    rows = [Numbered(number=number, name="new") for number in (1, 2, 3)]
    await Numbered.bulk_create(rows, ignore_conflicts=True)
    assert await Numbered.all().order_by("number").values_list("number", "name") == [(1, "new"), (2, "old"), (3, "new")]
    assert [row._saved_in_db for row in rows] == [True, False, True]


async def test_given_and_generated_keys_together(db: Database) -> None:
    await Account.create(owner="b")
    rows = [Account(id=500, owner="a"), Account(owner="b"), Account(owner="c"), Account(id=501, owner="b")]
    await Account.bulk_create(rows, ignore_conflicts=True)
    stored = dict(await Account.all().values_list("owner", "id"))
    assert (rows[0].id, rows[1].id, rows[2].id) == (500, None, stored["c"])
    assert [row._saved_in_db for row in rows] == [True, False, True, False]


async def test_instances_know_what_was_stored(db: Database) -> None:
    (row,) = await Account.bulk_create([Account(owner="a")], ignore_conflicts=True)
    with db.statements() as sent:
        await row.save()
    assert sent == []
    row.balance = 9
    await row.save()
    assert await balances() == [("a", 9)]


async def test_only_the_constraint_that_is_named(db: Database) -> None:
    await Account.create(id=7, owner="a")
    await Account.bulk_create([Account(owner="a")], ignore_conflicts=True, on_conflict=["owner"])
    with refused(IntegrityError):
        await Account.bulk_create([Account(id=7, owner="b")], ignore_conflicts=True, on_conflict=["owner"])
    assert await balances() == [("a", 0)]


async def test_other_errors_are_not_passed_over(db: Database) -> None:
    with refused(ValidationError, "Account.owner"):
        await Account.bulk_create([Account(owner="a"), Account.construct(owner=None)], ignore_conflicts=True)
    with refused(IntegrityError):
        await Book.bulk_create([Book(title="t", author_id=12345)], ignore_conflicts=True)
    assert await balances() == []


# -- conflicts that update


async def test_rows_in_the_way_are_updated(db: Database) -> None:
    old = await Account.create(owner="b", balance=1, note="kept")
    rows = [Account(owner=owner, balance=2, note="new") for owner in "abc"]
    await Account.bulk_create(rows, on_conflict=["owner"], update_fields=["balance"])
    assert await Account.all().order_by("owner").values_list("owner", "balance", "note") == [
        ("a", 2, "new"), ("b", 2, "kept"), ("c", 2, "new"),
    ]  # fmt: skip
    stored = dict(await Account.all().values_list("owner", "id"))
    assert {row.owner: row.id for row in rows} == stored
    assert rows[1].id == old.id


async def test_the_last_of_one_row_wins(db: Database) -> None:
    rows = [Account(owner="a", balance=number) for number in range(3)]
    await Account.bulk_create(rows, on_conflict=("owner",), update_fields=("balance",))
    assert await balances() == [("a", 2)]
    assert len({row.id for row in rows}) == 1


async def test_the_key_may_be_the_constraint(db: Database) -> None:
    await Word.create(text="x", weight=1)
    for name in ("pk", "text"):
        await Word.bulk_create(
            [Word(text="x", weight=5), Word(text=name)], on_conflict=[name], update_fields=["weight"]
        )
    assert await Word.all().order_by("text").values_list("text", "weight") == [("pk", 0), ("text", 0), ("x", 5)]


async def test_a_given_key_becomes_that_of_the_row(db: Database) -> None:
    old = await Account.create(owner="a")
    (row,) = await Account.bulk_create([Account(id=999, owner="a", balance=3)], None, False, ["balance"], ["owner"])
    assert row.id == old.id
    row.balance = 4
    await row.save()
    assert await balances() == [("a", 4)]


async def test_given_keys_are_stored_before_any_is_generated(db: Database) -> None:
    following = (await Account.create(owner="last")).id + 1
    await Account.bulk_create([Account(owner="fresh"), Account(id=following, owner="given")], ignore_conflicts=True)
    assert (await Account.get(id=following)).owner == "given"


async def test_several_columns(db: Database) -> None:
    class Score(Model):
        row = fields.IntField()
        place = fields.IntField()
        points = fields.IntField()

        class Meta:
            unique_together = (("row", "place"),)

    async with db.another(Score):
        await Score.create(row=1, place=1, points=1)
        rows = [Score(row=1, place=place, points=10 * place) for place in (1, 2)]
        await Score.bulk_create(rows, on_conflict=["row", "place"], update_fields=["points"])
        assert await Score.all().order_by("place").values_list("place", "points") == [(1, 10), (2, 20)]


async def test_columns_with_odd_names(db: Database) -> None:
    row = await Odd.create(plain="a", group=1)
    await Odd.bulk_create([Odd(id=row.id, plain="b", group=2)], on_conflict=["id"], update_fields=["group", "plain"])
    assert await Odd.all().values_list("plain", "group") == [("b", 2)]


async def test_relations_by_name(db: Database) -> None:
    class Owner(Model):
        name = fields.CharField(max_length=10)

    class Desk(Model):
        owner: Any = fields.ForeignKeyField("models.Owner", related_name="desks")
        size = fields.IntField()

        class Meta:
            unique_together = (("owner", "size"),)

    async with db.another(Owner, Desk):
        one = await Owner.create(name="a")
        await Desk.create(owner=one, size=1)
        await Desk.bulk_create(
            [Desk(owner=one, size=1), Desk(owner_id=one.id, size=2)],
            ignore_conflicts=True,
            on_conflict=["owner", "size"],
        )
        assert await Desk.all().order_by("size").values_list("size", flat=True) == [1, 2]


async def test_stamps_of_every_save_are_updated_too(db: Database) -> None:
    row = await Stamped.create(name="a")
    await Stamped.bulk_create([Stamped(id=row.id, name="b")], on_conflict=["id"], update_fields=["name"])
    found = await Stamped.get()
    assert (found.name, found.made) == ("b", row.made)
    assert found.changed > row.changed


async def test_all_or_none(db: Database) -> None:
    rows = [Account(owner=str(number)) for number in range(10)]
    rows[7].id = rows[8].id = 77
    with refused(IntegrityError):
        await Account.bulk_create(rows, 3, on_conflict=["owner"], update_fields=["balance"])
    assert await balances() == []
    assert not any(row._saved_in_db for row in rows)


async def test_in_batches(db: Database) -> None:
    await Account.create(owner="3")
    rows = [Account(owner=str(number), balance=number) for number in range(10)]
    await Account.bulk_create(rows, batch_size=3, ignore_conflicts=True)
    assert [row.owner for row in rows if row.id is None] == ["3"]
    assert await Account.all().count() == 10


async def test_in_a_transaction_and_from_a_query(db: Database) -> None:
    async with in_transaction() as connection:
        await Account.bulk_create([Account(owner="a")], using_db=connection)
        await Account.all().using_db(connection).bulk_create([Account(owner="a")], ignore_conflicts=True)
        await Account.create(owner="after")
    assert [owner for owner, _ in await balances()] == ["a", "after"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"update_fields": ["balance"]}, "update_fields and on_conflict"),
        ({"on_conflict": ["owner"]}, "update_fields and on_conflict"),
        ({"ignore_conflicts": True, "update_fields": ["balance"], "on_conflict": ["owner"]}, "exclude each other"),
    ],
)
async def test_what_does_not_go_together(db: Database, options: Any, said: str) -> None:
    for target in (Account, Account.all()):
        with pytest.raises(ValueError, match=said):
            await target.bulk_create([Account(owner="a")], **options)
    assert await balances() == []


@pytest.mark.parametrize(
    ("targets", "updates", "said"),
    [
        (["ownr"], ["balance"], 'Did you mean "owner"?'),
        (["owner"], ["balanc"], 'Did you mean "balance"?'),
        (["owner"], ["id"], "Account.id is the primary key"),
        ("owner", ["balance"], "list"),
    ],
)
async def test_unknown_names(db: Database, targets: Any, updates: Any, said: str) -> None:
    with refused(FieldError, said):
        await Account.bulk_create([Account(owner="a")], on_conflict=targets, update_fields=updates)


async def test_without_such_a_constraint(db: Database) -> None:
    with refused(OperationalError):
        await Account.bulk_create([Account(owner="a")], on_conflict=["note"], update_fields=["balance"])


# -- bulk_update


async def test_bulk_update(db: Database) -> None:
    rows = await Account.bulk_create([Account(owner=owner, note="n") for owner in "abc"])
    for number, row in enumerate(rows):
        row.balance, row.note = number, "not written"
    with db.statements() as sent:
        assert await Account.bulk_update(rows, fields=["balance"]) == 3
    assert len(sent) == 1
    assert await Account.all().order_by("owner").values_list("balance", "note") == [(0, "n"), (1, "n"), (2, "n")]


@pytest.mark.parametrize("count", [1, 2, 5, 64, 65, 700, 1500])
async def test_any_number_of_rows(db: Database, count: int) -> None:
    rows = await Account.bulk_create([Account(owner=str(number)) for number in range(count)])
    for row in rows:
        row.balance, row.note = int(row.owner) * 2, row.owner
    assert await Account.bulk_update(rows, ["balance", "note"]) == count
    assert all(b == int(owner) * 2 and note == owner for owner, b, note in await Account.all().values_list(
        "owner", "balance", "note"
    ))  # fmt: skip


async def test_in_batches_of_a_size(db: Database) -> None:
    rows = await Account.bulk_create([Account(owner=str(number)) for number in range(7)])
    for row in rows:
        row.balance = 1
    with db.statements() as sent:
        assert await Account.bulk_update(rows, ["balance"], batch_size=3) == 7
    assert len([sql for sql in sent if "UPDATE" in sql]) == 3
    assert await Account.filter(balance=1).count() == 7


async def test_updates_of_all_or_none(db: Database) -> None:
    rows = await Account.bulk_create([Account(owner=str(number)) for number in range(6)])
    for number, row in enumerate(rows):
        row.owner = f"new {number}"
    rows[5].owner = "new 0"
    with refused(IntegrityError):
        await Account.bulk_update(rows, ["owner"], batch_size=2)
    assert [owner for owner, _ in await balances()] == [str(number) for number in range(6)]


VALUES: dict[str, list[Any]] = {
    "small": [1, None, -5],
    "number": [None, 7, 2**31 - 1],
    "big": [2**62, None, -1],
    "ratio": [0.5, None, -1e300],
    "name": ["a", "it's", None],
    "text": ["", "ünï 🐢", None],
    "flag": [True, None, False],
    "price": [Decimal("1.500"), Decimal("-99999.125"), None],
    "moment": [dt.datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=dt.timezone.utc), None, None],
    "key": [UUID(int=7), None, UUID(int=2**128 - 1)],
}


@pytest.mark.parametrize("name", VALUES)
async def test_values_of_every_type(db: Database, name: str) -> None:
    rows = await Sample.bulk_create([Sample(label=str(number)) for number in range(3)])
    for shift in range(3):
        wanted = VALUES[name][shift:] + VALUES[name][:shift]
        for row, value in zip(rows, wanted):
            setattr(row, name, value)
        assert await Sample.bulk_update(rows, [name]) == 3
        assert await Sample.all().order_by("label").values_list(name, flat=True) == wanted


async def test_documents(db: Database) -> None:
    rows = await Document.bulk_create([Document(title=str(number)) for number in range(3)])
    rows[0].body, rows[1].body, rows[2].extra = {"a": [1]}, [None, "null"], "null"
    rows[0].extra = None
    await Document.bulk_update(rows, ["body", "extra"])
    found = await Document.all().order_by("title").values_list("body", "extra")
    assert found == [({"a": [1]}, None), ([None, "null"], None), ({}, "null")]


async def test_relations(db: Database) -> None:
    shelf = await fill_shelf()
    books = list(shelf.books.values())
    for book in books:
        book.author, book.editor = shelf.authors["Cid"], None
    await Book.bulk_update(books, ["author", "editor_id"])
    assert set(await Book.all().values_list("author__name", "editor_id")) == {("Cid", None)}


async def test_keys_of_other_types(db: Database) -> None:
    words = await Word.bulk_create([Word(text="a'b"), Word(text="c")])
    words[0].weight = 5
    assert await Word.bulk_update(words, ["weight"]) == 2
    assert await Word.all().order_by("text").values_list("text", "weight") == [("a'b", 5), ("c", 0)]
    odd = await Odd.create(plain="a")
    odd.group, odd.plain = 3, "b"
    assert await Odd.bulk_update([odd], ["plain", "group"]) == 1
    assert await Odd.all().values_list("plain", "group") == [("b", 3)]


async def test_stamps(db: Database) -> None:
    row = await Stamped.create(name="a")
    before, row.name = row.changed, "b"
    await Stamped.bulk_update([row], ["name"])
    assert row.changed > before
    assert (await Stamped.get()).changed == row.changed


async def test_what_was_written_is_known(db: Database) -> None:
    rows = await Account.bulk_create([Account(owner="a"), Account(owner="b")])
    rows[0].balance = 5
    rows[0].note = "later"
    await Account.bulk_update(rows, ["balance"])
    with db.statements() as sent:
        await rows[1].save()
        await rows[0].save()
    assert len(sent) == 1
    assert "balance" not in sent[0]
    assert await Account.get(owner="a").values_list("balance", "note") == (5, "later")


async def test_a_row_that_is_gone(db: Database) -> None:
    rows = await Account.bulk_create([Account(owner="a"), Account(owner="b")])
    await Account.filter(owner="a").delete()
    for row in rows:
        row.balance = 5
    assert await Account.bulk_update(rows, ["balance"]) == 1
    with refused(IntegrityError, "Account"):
        await rows[0].save()


async def test_one_object_twice(db: Database) -> None:
    row = await Account.create(owner="a")
    row.balance = 5
    assert await Account.bulk_update([row, row], ["balance"]) == 1
    other = await Account.get(owner="a")
    other.balance = 6
    with refused(ParamsError, "Account.bulk_update", "differ"):
        await Account.bulk_update([row, other], ["balance"])


async def test_nothing_to_do(db: Database) -> None:
    assert await Account.bulk_update([], ["balance"]) == 0
    with refused(ParamsError, "Account.bulk_update", "fields"):
        await Account.bulk_update([], [])


@pytest.mark.parametrize(("name", "said"), [("balanc", "balanc"), ("id", "primary key"), ("pk", "primary key")])
async def test_fields_that_cannot_be(db: Database, name: str, said: str) -> None:
    with refused(FieldError, said):
        await Account.bulk_update([await Account.create(owner="a")], [name])


async def test_objects_that_cannot_be(db: Database) -> None:
    with pytest.raises(ValueError, match="primary key"):
        await Account.bulk_update([Account(owner="a")], ["balance"])
    with refused(FieldError, "Account", "Tag"):
        await Account.bulk_update([await Tag.create(name="t")], ["balance"])  # type: ignore[list-item]
    account = await Account.create(owner="a")
    account.balance = F("balance") + 1
    with refused(FieldError, "Account.balance", "expressions"):
        await Account.bulk_update([account], ["balance"])
    with refused(FieldError, "filter"):
        await Account.filter(owner="a").bulk_update([account], ["balance"])


async def test_unique_values_that_change_places(db: Database) -> None:
    seats = await Seat.bulk_create([Seat(row=1, place=1), Seat(row=1, place=2)])
    seats[0].place, seats[1].place = 3, 4
    assert await Seat.all().bulk_update(seats, ["place"]) == 2
    assert await Author.all().count() == 0


async def test_by_cases_where_rows_cannot_be_joined(db: Database) -> None:
    """What a dialect without that capability is given, on a server that has it all the same."""
    rows = await Sample.bulk_create([Sample(label=str(number), number=number) for number in range(5)])
    for row in rows[:3]:
        row.number, row.price, row.text = None, Decimal("1.5"), row.label
    known = await db.connection.ready()
    backend = Backend(known.dialect, known.driver, replace(known.capabilities, update_from_values=False), known.clock)
    plan = BulkUpdatePlan(Codec(Sample, backend), ("number", "price", "text"))
    assert await bulk_update(db.executor, plan, rows[:3], None) == 3
    assert await Sample.all().order_by("label").values_list("number", "price", "text") == [
        *[(None, Decimal("1.500"), str(number)) for number in range(3)], (3, None, None), (4, None, None),
    ]  # fmt: skip
