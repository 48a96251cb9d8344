"""`Prefetch`: related rows by a query of one's own, limits that count for each parent."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tortoise.exceptions import FieldError, OperationalError
from tortoise.functions import Count
from tortoise.query_utils import Prefetch
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Country, Person, Tag
from tortoise_testkit.relation_models import Mark, Passport, Sale, SaleLine
from tortoise_testkit.samples import fill_shelf


async def fill_many() -> list[Author]:
    """Three authors with 5, 2 and 0 books of 10, 20, ... pages; book `at` has the first `at` of four tags."""
    authors = [await Author.create(name=f"author {at}") for at in range(3)]
    tags = [await Tag.create(name=f"tag {at}") for at in range(4)]
    for author, count in zip(authors, (5, 2, 0)):
        for at in range(count):
            book = await Book.create(title=f"{author.name}: {at}", author=author, pages=(at + 1) * 10)
            await book.tags.add(*tags[:at])
    return authors


async def test_conditions_and_order(db: Database) -> None:
    await fill_shelf()
    with db.statements() as sent:
        authors = (
            await Author.all()
            .order_by("name")
            .prefetch_related(Prefetch("books", Book.filter(pages__gt=100).order_by("-title")))
        )
    assert len(sent) == 2
    everything = await Book.filter(pages__gt=100).order_by("-title")
    for author in authors:
        assert list(author.books) == [book for book in everything if book.author_id == author.id]
        assert all(book.author is author for book in author.books)


async def test_a_limit_counts_for_each_parent(db: Database) -> None:
    await fill_many()
    with db.statements() as sent:
        authors = (
            await Author.all()
            .order_by("id")
            .prefetch_related(Prefetch("books", Book.all().order_by("-pages").limit(2)))
        )
    assert len(sent) == 2
    assert [[book.pages for book in author.books] for author in authors] == [[50, 40], [20, 10], []]


async def test_offset_and_slices(db: Database) -> None:
    await fill_many()

    async def pages(query: Any) -> list[list[int]]:
        authors = await Author.all().order_by("id").prefetch_related(Prefetch("books", query))
        return [[book.pages for book in author.books] for author in authors]

    ordered = Book.all().order_by("pages")
    assert await pages(ordered.offset(1)) == [[20, 30, 40, 50], [20], []]
    assert await pages(ordered.offset(1).limit(2)) == [[20, 30], [20], []]
    assert await pages(ordered[3:5]) == [[40, 50], [], []]
    assert await pages(ordered.limit(0)) == [[], [], []]
    assert await pages(ordered.filter(pages__gt=10).limit(1)) == [[20], [20], []]


async def test_links_with_a_limit(db: Database) -> None:
    await fill_many()
    books = (
        await Book.filter(title__startswith="author 0")
        .order_by("id")
        .prefetch_related(Prefetch("tags", Tag.all().order_by("-name").limit(2)))
    )
    assert [names(book.tags) for book in books] == [
        [], ["tag 0"], ["tag 1", "tag 0"], ["tag 2", "tag 1"], ["tag 3", "tag 2"],
    ]  # fmt: skip
    by_size = Book.all().order_by("-pages", "id").offset(1)
    tags = await Tag.all().order_by("id").prefetch_related(Prefetch("books", by_size))
    assert [[book.pages for book in tag.books] for tag in tags] == [[40, 30, 20, 20], [40, 30], [40], []]


async def test_annotations_and_related_rows(db: Database) -> None:
    await fill_many()
    query = Book.annotate(count=Count("tags")).filter(count__gt=0).order_by("-count", "id").select_related("author")
    with db.statements() as sent:
        authors = await Author.all().order_by("id").prefetch_related(Prefetch("books", query.limit(2)))
        tags = await Tag.all().order_by("id").prefetch_related(Prefetch("books", query))
    assert len(sent) == 4
    assert [[book.count for book in author.books] for author in authors] == [[4, 3], [1], []]
    # each book is counted by itself, though the tags share them
    assert [[book.count for book in tag.books] for tag in tags] == [[4, 3, 2, 1, 1], [4, 3, 2], [4, 3], [4]]
    assert tags[0].books[0].author.name == "author 0"


async def test_to_attr(db: Database) -> None:
    await fill_many()
    authors = (
        await Author.all()
        .order_by("id")
        .prefetch_related(
            Prefetch("books", Book.filter(pages__lt=20), to_attr="short"),
            Prefetch("books", Book.filter(pages__gt=30).order_by("pages"), to_attr="long"),
            "books",
            "long__tags",
        )
    )
    found: list[Any] = list(authors)
    assert [[book.pages for book in author.short] for author in found] == [[10], [10], []]
    assert [[book.pages for book in author.long] for author in found] == [[40, 50], [], []]
    assert [len(author.books) for author in found] == [5, 2, 0]
    assert [len(book.tags) for book in found[0].long] == [3, 4]
    assert type(found[0].short) is list


async def test_relations_to_one_row(db: Database) -> None:
    shelf = await fill_shelf()
    query = Book.all().order_by("title")
    books: list[Any] = await query.prefetch_related(
        Prefetch("author", Author.filter(name="Ann"), to_attr="ann"), Prefetch("editor", Author.all())
    )
    assert [book.ann and book.ann.name for book in books] == ["Ann", "Ann", None, None]
    assert [book.editor and book.editor.name for book in books] == ["Ben", None, "Ann", None]
    assert await books[2].author == shelf.authors["Ben"]
    filtered = await query.prefetch_related(Prefetch("author", Author.filter(name="Ann").limit(1)))
    assert [book.author and book.author.name for book in filtered] == ["Ann", "Ann", None, None]
    ann, ben = await Person.create(name="Ann"), await Person.create(name="Ben")
    await Passport.create(number="1", holder=ann)
    await Passport.create(number="2", holder=ben)
    people: list[Any] = (
        await Person.all()
        .order_by("name")
        .prefetch_related(Prefetch("passport", Passport.filter(number="2"), to_attr="second"))
    )
    assert [person.second and person.second.number for person in people] == [None, "2"]


async def test_nested(db: Database) -> None:
    await fill_shelf()
    inner = Book.all().order_by("title").limit(1).prefetch_related(Prefetch("tags", Tag.filter(name="red")))
    with db.statements() as sent:
        countries = (
            await Country.all()
            .order_by("name")
            .prefetch_related("authors", Prefetch("authors__books", inner), "publishers")
        )
    assert len(sent) == 5
    found = {c.name: {a.name: {b.title: names(b.tags) for b in a.books} for a in c.authors} for c in countries}
    assert found == {"Kenya": {"Ben": {"Delta": []}}, "Norway": {"Ann": {"Alpha": ["red"]}}}


async def test_one_object_and_a_list(db: Database) -> None:
    authors = await fill_many()
    await authors[0].fetch_related(Prefetch("books", Book.all().order_by("-pages").limit(1)), "country")
    assert [book.pages for book in authors[0].books] == [50]
    with db.statements() as sent:
        await Author.fetch_for_list(authors, Prefetch("books", Book.all().order_by("pages").limit(1)), "books__tags")
    assert len(sent) == 2
    assert [[book.pages for book in author.books] for author in authors] == [[10], [10], []]
    await Author.fetch_for_list([], "books")
    with refused(OperationalError, "Author.books", "not saved"):
        await Author.fetch_for_list([Author(name="new")], "books")


async def test_keys_of_several_columns(db: Database) -> None:
    sales = [await Sale.create(region="n", number=at) for at in range(3)]
    for at in range(6):
        line = await SaleLine.create(name=f"line {at}", sale=sales[at % 2])
        mark = await Mark.create(name=f"mark {at}")
        await mark.sales.add(*sales[: at % 3 + 1])
        assert line.sale_id == ("n", at % 2)
    found = (
        await Sale.all()
        .order_by("pk")
        .prefetch_related(
            Prefetch("lines", SaleLine.all().order_by("-name").limit(2)),
            Prefetch("marks", Mark.all().order_by("name").limit(3)),
        )
    )
    assert [names(sale.lines) for sale in found] == [["line 4", "line 2"], ["line 5", "line 3"], []]
    assert [names(sale.marks) for sale in found] == [
        ["mark 0", "mark 1", "mark 2"], ["mark 1", "mark 2", "mark 4"], ["mark 2", "mark 5"],
    ]  # fmt: skip


async def test_in_the_transaction_of_the_parents(db: Database) -> None:
    await fill_many()
    async with in_transaction() as transaction:
        await Book.create(title="new", author=await Author.get(name="author 2"), pages=1)
        authors = (
            await Author.all().using_db(transaction).order_by("id").prefetch_related(Prefetch("books", Book.all()))
        )
        assert [len(author.books) for author in authors] == [5, 2, 1]
        await authors[2].books[0].delete()


async def test_many_parents(db: Database) -> None:
    authors = [Author(name=f"n{at}") for at in range(1200)]
    await Author.bulk_create(authors)
    stored = await Author.all()
    await Book.bulk_create([Book(title=f"{author.id}.{at}", author=author) for author in stored for at in range(2)])
    with db.statements() as sent:
        found = await Author.all().prefetch_related(Prefetch("books", Book.all().order_by("-title").limit(1)))
    assert len(sent) == 2
    assert {titles(author.books)[0] for author in found} == {f"{author.id}.1" for author in stored}


async def test_what_cannot_be_is_refused(db: Database) -> None:
    shelf = await fill_shelf()
    with refused(FieldError, "nothing"):
        Author.all().prefetch_related(Prefetch("nothing", Book.all()))
    with refused(FieldError, "Author.books", "Book", "Tag"):
        Author.all().prefetch_related(Prefetch("books", Tag.all()))
    with refused(FieldError, "to_attr", "name"):
        Author.all().prefetch_related(Prefetch("books", Book.all(), to_attr="name"))
    with refused(FieldError, "to_attr", "save"):
        Author.all().prefetch_related(Prefetch("books", Book.all(), to_attr="save"))
    with refused(FieldError, "not an attr"):
        Prefetch("books", Book.all(), to_attr="not an attr")
    with refused(FieldError, "two queries", "to_attr"):
        Author.all().prefetch_related(Prefetch("books", Book.filter(id=1)), Prefetch("books", Book.filter(id=2)))
    with refused(FieldError, "to_attr"):
        Author.all().prefetch_related(Prefetch("books", Book.all(), "x"), Prefetch("edited", Book.all(), "x"))
    with refused(FieldError, "query of instances"):
        Prefetch("books", Book.all().values("id"))  # type: ignore[arg-type]  # refused
    with refused(FieldError, "names of relations"):
        Author.all().prefetch_related(5)  # type: ignore[arg-type]  # refused
    with refused(FieldError, "linked"):
        Book.all().prefetch_related(Prefetch("tags", shelf.books["Alpha"].tags.all()))
    with refused(FieldError, "distinct"):
        await Author.all().prefetch_related(Prefetch("books", Book.all().distinct().limit(1)))


@pytest.mark.parametrize("seed", range(4))
async def test_random_slices_against_plain_python(db: Database, seed: int) -> None:
    chance = random.Random(seed)
    authors = [await Author.create(name=f"a{at}") for at in range(6)]
    tags = [await Tag.create(name=f"t{at}") for at in range(6)]
    books = [
        await Book.create(title=f"b{at}", author=chance.choice(authors), pages=chance.choice([None, 1, 2, 3]))
        for at in range(25)
    ]
    linked = {book.id: chance.sample(tags, chance.randint(0, 6)) for book in books}
    for book in books:
        await book.tags.add(*linked[book.id])
    for _ in range(12):
        start, stop = chance.choice([0, 0, 1, 2]), chance.choice([0, 1, 2, 5, 100])
        low = chance.choice([0, 1, 2])
        query = Book.filter(pages__gte=low).order_by("-pages", "id").offset(start).limit(stop)
        fitting = sorted(
            [b for b in books if b.pages is not None and b.pages >= low], key=lambda b: (-(b.pages or 0), b.id)
        )
        for author in await Author.all().prefetch_related(Prefetch("books", query)):
            own = [book for book in fitting if book.author_id == author.id]
            assert list(author.books) == own[start : start + stop]
        for tag in await Tag.all().prefetch_related(Prefetch("books", query)):
            own = [book for book in fitting if tag in linked[book.id]]
            assert list(tag.books) == own[start : start + stop]
