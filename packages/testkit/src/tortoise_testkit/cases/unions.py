"""UNION of queries."""

from __future__ import annotations

import pytest

from tortoise.exceptions import FieldError, ParamsError
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Country, Publisher, Tag
from tortoise_testkit.samples import fill_shelf


async def test_of_one_model(db: Database) -> None:
    await fill_shelf()
    union = Book.filter(pages__lt=150).union(Book.filter(pages__gt=250))
    assert sorted(titles(await union)) == ["Alpha", "Gamma"]
    assert {type(book) for book in await union} == {Book}
    assert await union.count() == 2


async def test_equal_rows_once_or_all(db: Database) -> None:
    await fill_shelf()
    same = Book.filter(title="Alpha")
    assert len(await same.union(Book.filter(pages=100))) == 1
    assert len(await same.union(Book.filter(pages=100), all=True)) == 2
    assert (await same.union(same).count(), await same.union(same, all=True).count()) == (1, 2)
    assert len(await same.union(same, same, all=True).union(same)) == 1


async def test_order_and_slices_are_those_of_the_whole(db: Database) -> None:
    await fill_shelf()
    union = Book.filter(title__in=["Alpha", "Delta"]).union(Book.filter(title__in=["Beta", "Gamma"]))
    assert titles(await union.order_by("-title")) == ["Gamma", "Delta", "Beta", "Alpha"]
    assert titles(await union.order_by("title").limit(2).offset(1)) == ["Beta", "Delta"]
    assert await union.order_by("title").limit(3).count() == 3
    assert await union.order_by("title").offset(3).count() == 1
    priced = Book.filter(price__isnull=False)
    assert titles(await priced.union(priced).order_by("-price", "title")) == titles(
        await priced.order_by("-price", "title")
    )


async def test_parts_keep_their_own_order_and_limit(db: Database) -> None:
    await fill_shelf()
    first, last = Book.all().order_by("title").limit(1), Book.all().order_by("-title").limit(1)
    assert titles(await first.union(last).order_by("title")) == ["Alpha", "Gamma"]
    assert await first.union(last).count() == 2


async def test_of_several_models(db: Database) -> None:
    await fill_shelf()
    union = Author.all().only("name").union(Tag.all().only("name"), Author.filter(name="Ann").only("name"))
    found = await union.order_by("name")
    assert {type(row) for row in found} == {Author, Tag}
    assert names(found) == sorted(names(found))
    assert len(found) == await Author.all().count() + await Tag.all().count()
    both = await Country.all().union(Country.all(), all=True).count()
    assert both == 2 * await Country.all().count()


async def test_values_of_all_parts_are_bound_in_order(db: Database) -> None:
    await fill_shelf()
    for low, high in ((150, 250), (50, 350), (250, 50)):
        union = Book.filter(pages__lt=low, title__in=["Alpha", "Beta", "Gamma"]).union(
            Book.filter(title__startswith="G", pages__gt=high), all=True
        )
        wanted = [page for page in (100, 200, 300) if page < low] + [page for page in (300,) if page > high]
        assert sorted([book.pages or 0 for book in await union]) == sorted(wanted)


async def test_iteration(db: Database) -> None:
    await fill_shelf()
    union = Book.filter(title="Alpha").union(Book.filter(title="Beta")).order_by("title")
    assert [book.title async for book in union] == ["Alpha", "Beta"]


async def test_hostile_values_stay_values(db: Database) -> None:
    await fill_shelf()
    hostile = Author.filter(name="\\' OR 1=1 -- ").union(Author.filter(id=-1))
    assert await hostile == []
    assert await hostile.count() == 0


async def test_loaded_instances_can_be_saved(db: Database) -> None:
    await fill_shelf()
    (book,) = await Book.filter(title="Alpha").union(Book.filter(title="Alpha"))
    book.pages = 101
    await book.save()
    assert await Book.filter(pages=101).count() == 1


async def test_columns_that_do_not_go_together_are_refused(db: Database) -> None:
    with refused(ParamsError, "same select fields", "only"):
        await Book.all().union(Author.all())
    with refused(ParamsError, "same select fields"):
        await Author.all().only("name").union(Publisher.all().only("id"))
    with refused(FieldError, "nothing"):
        await Author.all().union(Author.all()).order_by("nothing")


@pytest.mark.parametrize("other", [None, 5, "Author"])
async def test_what_is_no_query_is_refused(other: object) -> None:
    with refused(ParamsError, "union"):
        Author.all().union(other)  # type: ignore[arg-type]  # that is the mistake
    with refused(ParamsError, "union"):
        Author.all().union()
