"""Updates and deletes that give the rows they were about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tortoise.exceptions import FieldError, IntegrityError, UnSupportedError
from tortoise.expressions import F, OuterRef, Subquery
from tortoise.functions import Count, Upper
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book, Document, Odd, Stamped, Word
from tortoise_testkit.samples import fill_shelf


def lacks(db: Database) -> bool:
    """True on a server that gives no rows back; then both are refused before anything is sent."""
    if db.capabilities.update_returning and db.capabilities.delete_returning:
        return False
    if not db.capabilities.update_returning:
        with refused(UnSupportedError, "update().returning()", db.capabilities.dialect):
            Book.all().update(pages=1).returning().sql()
    if not db.capabilities.delete_returning:
        with refused(UnSupportedError, "delete().returning()", db.capabilities.dialect):
            Book.all().delete().returning().sql()
    return True


async def test_an_update_gives_instances(db: Database) -> None:
    shelf = await fill_shelf()
    if lacks(db):
        return
    with db.statements() as sent:
        found = await Book.filter(author__name="Ann").update(pages=F("pages") + 1, price=Decimal("1.50")).returning()
    assert len(sent) == 1
    assert sorted((book.title, book.pages, book.price) for book in found) == [
        ("Alpha", 101, Decimal("1.50")),
        ("Beta", 201, Decimal("1.50")),
    ]
    assert {book.id for book in found} == {shelf.books["Alpha"].id, shelf.books["Beta"].id}
    alpha = next(book for book in found if book.title == "Alpha")
    assert alpha._saved_in_db
    assert (await alpha.author).name == "Ann"
    alpha.pages = 5
    with db.statements() as sent:
        await alpha.save()
    assert len(sent) == 1 and "pages" in sent[0] and "title" not in sent[0]


async def test_an_update_gives_dicts(db: Database) -> None:
    await fill_shelf()
    if lacks(db):
        return
    query = Book.filter(title="Alpha").update(title="Omega")
    assert await query.returning("title", was="pages") == [{"title": "Omega", "was": 100}]
    upper = Book.annotate(loud=Upper("title")).filter(loud="OMEGA").update(title="Psi")
    assert await upper.returning("loud") == [{"loud": "PSI"}]
    assert await Book.filter(title="none").update(title="x").returning() == []
    assert await Book.filter(title="none").update(title="x").returning("pk") == []


async def test_a_delete_gives_what_is_gone(db: Database) -> None:
    await fill_shelf()
    if lacks(db):
        return
    (gone,) = await Book.filter(title="Beta").delete().returning()
    assert (gone.title, gone.pages, gone.price) == ("Beta", 200, Decimal("20.50"))
    assert not gone._saved_in_db
    assert await Book.filter(publisher__name="Acme").delete().returning("title", "pages") in (
        [{"title": "Alpha", "pages": 100}, {"title": "Gamma", "pages": 300}],
        [{"title": "Gamma", "pages": 300}, {"title": "Alpha", "pages": 100}],
    )
    assert titles(await Book.all()) == ["Delta"]
    await gone.save()
    assert titles(await Book.all().order_by("title")) == ["Beta", "Delta"]


async def test_limits_and_orders(db: Database) -> None:
    await fill_shelf()
    if lacks(db):
        return
    changed = await Book.all().order_by("-title").limit(2).update(pages=7).returning("title")
    assert sorted(row["title"] for row in changed) == ["Delta", "Gamma"]
    assert titles(await Book.all().order_by("title").offset(1).limit(1).delete().returning()) == ["Beta"]
    assert await Book.filter(pages=7).count() == 2
    queue = Book.filter(pages=7).order_by("title").limit(1).delete()
    assert await queue.returning("title") == [{"title": "Delta"}]
    assert await queue.returning("title") == [{"title": "Gamma"}]
    assert await queue.returning("title") == []


async def test_values_of_other_queries(db: Database) -> None:
    await fill_shelf()
    if lacks(db):
        return
    name = Subquery(Author.filter(id=OuterRef("author_id")).values("name"))
    found = await Book.filter(title="Alpha").update(title=name).returning("title", "author_id")
    assert [row["title"] for row in found] == ["Ann"]
    with_name = Book.annotate(by=name).filter(title="Gamma").update(pages=1)
    assert await with_name.returning("by", "pages") == [{"by": "Ben", "pages": 1}]


async def test_values_come_as_their_fields_have_them(db: Database) -> None:
    if lacks(db):
        return
    await Document.create(title="d", body={"a": [1, {"b": None}]})
    query = Document.filter(title="d").update(extra={"x": "y"})
    (part,) = await Document.all().values("body__a")
    assert await query.returning("body", "extra", "body__a") == [
        {"body": {"a": [1, {"b": None}]}, "extra": {"x": "y"}, **part}
    ]
    await Stamped.create(name="s")
    (stamped,) = await Stamped.filter(name="s").update(name="t").returning()
    assert stamped == await Stamped.get() and stamped.made == (await Stamped.get()).made
    odd = await Odd.create(plain="p", group=3)
    assert await Odd.filter(group=3).update(plain="q").returning("plain", key="id") == [{"plain": "q", "key": odd.id}]
    await Word.create(text="key")
    assert [word.pk for word in await Word.all().delete().returning()] == ["key"]


async def test_what_was_returned_is_forgotten_with_its_transaction(db: Database) -> None:
    await Account.create(owner="a", balance=1)
    if lacks(db):
        return
    try:
        async with in_transaction():
            (account,) = await Account.all().update(balance=2).returning()
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    account.note = "n"
    await account.save()
    assert await Account.all().values("balance", "note") == [{"balance": 2, "note": "n"}]


async def test_errors(db: Database) -> None:
    await fill_shelf()
    if lacks(db):
        return
    update: Any = Book.all().update(pages=1)
    with refused(FieldError, "nothing", "Book"):
        await update.returning("nothing")
    with refused(FieldError, "related"):
        await update.returning("author__name")
    with refused(FieldError, "relation", "author"):
        await update.returning("author")
    with refused(FieldError, "aggregate"):
        await Book.annotate(n=Count("id")).update(pages=1).returning("n")
    with refused(FieldError, "Duplicate", "title"):
        update.returning("title", title="pages")
    with refused(IntegrityError):
        await Book.all().update(author_id=-1).returning("id")
    assert await Book.filter(pages=1).count() == 0
