"""bulk_create where rows conflict: partial indexes, constraints by name, and updates with conditions and values."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise import fields
from tortoise.exceptions import FieldError, IntegrityError, OperationalError, ParamsError, UnSupportedError
from tortoise.expressions import Excluded, F, Q
from tortoise.functions import Count, Upper
from tortoise.indexes import PartialIndex
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book

LIVE = Q(gone=False)


class Post(Model):
    """A slug may be taken again once the post that had it is gone."""

    slug = fields.CharField(max_length=20)
    gone = fields.BooleanField(default=False)
    hits = fields.IntField(default=0)
    title = fields.CharField(max_length=20, default="")

    class Meta:
        constraints = [UniqueConstraint(fields=("slug",), name="one live post", condition=LIVE)]


@asynccontextmanager
async def posts(db: Database) -> AsyncIterator[bool]:
    """The table, with a live post "a" and one that is gone; False where conflicts take no conditions."""
    async with db.another(Post):
        await Post.bulk_create([Post(slug="a", title="old"), Post(slug="a", gone=True, title="gone")])
        new = [Post(slug="a", hits=2, title="new")]
        if not (db.capabilities.conflict_conditions and db.capabilities.partial_indexes):
            if db.capabilities.update_conflicts:
                with refused(UnSupportedError, "condition", db.capabilities.dialect):
                    await Post.bulk_create(new, on_conflict=["slug"], on_conflict_where=LIVE, update_fields=["hits"])
            yield False
        else:
            yield True


async def test_a_partial_index(db: Database) -> None:
    async with posts(db) as able:
        if not able:
            return
        rows = [Post(slug="a", hits=2, title="new"), Post(slug="b", hits=3)]
        await Post.bulk_create(rows, on_conflict=["slug"], on_conflict_where=LIVE, update_fields=["hits"])
        assert await Post.all().order_by("id").values_list("slug", "gone", "hits", "title") == [
            ("a", False, 2, "old"),
            ("a", True, 0, "gone"),
            ("b", False, 3, ""),
        ]
        assert [row.id for row in rows] == await Post.filter(gone=False).order_by("slug").values_list("id", flat=True)
        again = [Post(slug="b"), Post(slug="c")]
        await Post.bulk_create(again, ignore_conflicts=True, on_conflict=["slug"], on_conflict_where=LIVE)
        assert (again[0]._saved_in_db, again[1]._saved_in_db) == (False, True)
        assert await Post.all().count() == 4


async def test_without_its_condition_a_partial_index_is_none(db: Database) -> None:
    async with posts(db) as able:
        if able:
            with refused(OperationalError):
                await Post.bulk_create([Post(slug="a")], on_conflict=["slug"], update_fields=["hits"])
            assert await Post.all().count() == 2


async def test_only_some_rows_are_updated(db: Database) -> None:
    if not db.capabilities.conflict_conditions:
        return
    await Account.bulk_create([Account(owner="a", balance=5), Account(owner="b", balance=1)])
    rows = [Account(owner=name, balance=3) for name in "abc"]
    await Account.bulk_create(
        rows, on_conflict=["owner"], update_fields=["balance"], update_where=Q(balance__lt=Excluded("balance"))
    )
    assert await Account.all().order_by("owner").values_list("owner", "balance") == [("a", 5), ("b", 3), ("c", 3)]
    assert [row._saved_in_db for row in rows] == [False, True, True]
    assert rows[1].id == (await Account.get(owner="b")).id
    for limit, after in ((3, 3), (4, 9)):
        await Account.bulk_create(
            [Account(owner="b", balance=9)],
            on_conflict=["owner"],
            update_fields=["balance"],
            update_where=Q(balance__lt=limit, owner__in=["b", "x", "y"][: limit - 1]),
        )
        assert (await Account.get(owner="b")).balance == after


async def test_values_and_expressions(db: Database) -> None:
    if not db.capabilities.update_conflicts:
        return
    await Account.bulk_create([Account(owner="a", balance=5, note="old")])
    rows = [Account(owner="a", balance=3, note="new"), Account(owner="b", balance=3)]
    changes = {"balance": F("balance") + Excluded("balance") * 10, "note": "constant"}
    await Account.bulk_create(rows, on_conflict=["owner"], update_fields=changes)
    assert await Account.all().order_by("owner").values_list("balance", "note") == [(35, "constant"), (3, None)]
    assert [row.id for row in rows] == await Account.all().order_by("owner").values_list("id", flat=True)
    for note in ("x", "y"):
        again = [Account(owner="a", balance=1, note=note)]
        await Account.bulk_create(again, on_conflict=["owner"], update_fields={"note": Upper(Excluded("note"))})
        assert (await Account.get(owner="a")).note == note.upper()


async def test_a_constraint_by_its_name(db: Database) -> None:
    class Slot(Model):
        row = fields.IntField()
        place = fields.IntField()
        points = fields.IntField(default=0)

        class Meta:
            constraints = [UniqueConstraint(fields=("row", "place"), name="one per place")]
            indexes = [PartialIndex(fields=("points",), condition={"points": 0})]

    async with db.another(Slot):
        await Slot.create(row=1, place=2)
        rows = [Slot(row=1, place=2, points=7), Slot(row=1, place=3, points=8)]
        query: Any = Slot.bulk_create(rows, on_conflict_constraint="one per place", update_fields=["points"])
        if not db.capabilities.conflict_constraints:
            with refused(UnSupportedError, "on_conflict_constraint", db.capabilities.dialect):
                await query
            return
        await query
        assert await Slot.all().order_by("place").values_list("points", flat=True) == [7, 8]
        left = [Slot(row=1, place=2)]
        await Slot.bulk_create(left, ignore_conflicts=True, on_conflict_constraint="one per place")
        assert not left[0]._saved_in_db
        with refused(OperationalError):
            await Slot.bulk_create(rows, on_conflict_constraint='no "such', update_fields=["points"])


async def test_what_does_not_go_together(db: Database) -> None:
    new = [Account(owner="a")]
    targets: dict[str, Any] = {"on_conflict": ["owner"]}
    updates: dict[str, Any] = {**targets, "update_fields": ["balance"]}
    for arguments, words in (
        ({**updates, "on_conflict_constraint": "x"}, "exclude"),
        ({"on_conflict_constraint": "x"}, "come together"),
        ({"ignore_conflicts": True, "on_conflict_where": Q(balance=1)}, "on_conflict_where"),
        ({"ignore_conflicts": True, **targets, "update_where": Q(balance=1)}, "update_where"),
    ):
        with refused(ParamsError, words):
            await Account.bulk_create(new, **arguments)
    with refused(FieldError, "Q object"):
        await Account.bulk_create(new, **updates, update_where={"balance": 1})  # type: ignore[arg-type]  # on purpose
    if db.capabilities.conflict_conditions:
        with refused(FieldError, "nothing", "Account"):
            await Account.bulk_create(new, **updates, update_where=Q(nothing=1))
        with refused(FieldError, "nothing", "Account"):
            await Account.bulk_create(new, **updates, update_where=Q(balance=Excluded("nothing")))
        author = await Author.create(name="x")
        books = [Book(title="t", author=author)]
        with refused(FieldError, "related"):
            await Book.bulk_create(books, on_conflict=["id"], update_fields=["pages"], update_where=Q(author__name="x"))
    with refused(FieldError, "Excluded", "bulk_create"):
        await Account.filter(balance=Excluded("balance"))
    with refused(FieldError, "Excluded", "bulk_create"):
        await Account.annotate(n=Count(Excluded("balance")))
    assert not await Account.exists()
    await Account.bulk_create(new)
    with refused(IntegrityError):
        await Account.bulk_create([Account(owner="a")])
