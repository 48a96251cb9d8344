"""count and exists."""

from __future__ import annotations

from tortoise.functions import Count
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Tag
from tortoise_testkit.samples import fill_shelf


async def test_count(db: Database) -> None:
    assert await Book.all().count() == 0
    await fill_shelf()
    assert await Book.all().count() == 4
    assert await Book.filter(pages__gt=100).count() == 2
    assert isinstance(await Book.all().count(), int)


async def test_count_over_relations(db: Database) -> None:
    await fill_shelf()
    assert await Book.filter(author__name="Ann").count() == 2
    assert await Book.filter(tags__name__in=["red", "blue"]).count() == 4
    assert await Book.filter(tags__name__in=["red", "blue"]).distinct().count() == 3


async def test_count_passes_over_order_and_related_rows(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().order_by("title").select_related("author").prefetch_related("tags").count() == 4


async def test_count_after_its_text_was_read(db: Database) -> None:
    await fill_shelf()
    query = Book.filter(author__country__name="Norway").count()
    assert "count" in query.sql().lower()
    assert await query == 2
    found = Book.filter(author__country__name="Norway").exists()
    assert found.sql()
    assert await found is True


async def test_count_of_limited_rows(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().limit(3).count() == 3
    assert await Book.all().offset(3).count() == 1
    assert await Book.all().limit(10).offset(2).count() == 2


async def test_exists(db: Database) -> None:
    assert await Book.exists() is False
    await fill_shelf()
    assert await Book.exists() is True
    assert await Book.exists(title="Alpha") is True
    assert await Book.exists(title="nothing") is False
    assert await Book.filter(author__name="Cid").exists() is False
    assert await Author.filter(books__title="Alpha").exists() is True


async def test_exists_of_limited_rows(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().offset(3).exists() is True
    assert await Book.all().offset(4).exists() is False
    assert await Book.all().limit(0).exists() is False


async def test_of_relations(db: Database) -> None:
    shelf = await fill_shelf()
    assert await shelf.authors["Ann"].books.all().count() == 2
    assert await shelf.books["Alpha"].tags.all().count() == 2
    assert await shelf.tags["green"].books.all().exists() is False
    assert await shelf.books["Alpha"].tags.filter(name="red").exists() is True


async def test_of_annotated_rows(db: Database) -> None:
    await fill_shelf()
    assert await Tag.annotate(n=Count("books")).filter(n__gt=0).count() == 2
    assert await Tag.annotate(n=Count("books")).filter(n__gt=5).exists() is False
