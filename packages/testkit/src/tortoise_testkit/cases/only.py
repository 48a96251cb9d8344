"""Instances of which only some columns are loaded."""

from __future__ import annotations

import pytest

from tortoise.exceptions import FieldError, IncompleteInstanceError, ParamsError
from tortoise.functions import Count
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book
from tortoise_testkit.samples import fill_shelf


async def test_only_these_are_loaded(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("id", "title").get()
    assert (book.title, book.pk) == ("Alpha", (await Book.get(title="Alpha")).pk)
    for name in ("pages", "author_id"):
        with pytest.raises(AttributeError, match=name):
            getattr(book, name)
    assert set(vars(book)) == {"id", "title"}
    assert [b.title for b in await Book.all().order_by("title").only("title")] == ["Alpha", "Beta", "Delta", "Gamma"]


async def test_each_query_of_one_row(db: Database) -> None:
    await fill_shelf()
    for query in (Book.filter(title="Beta").first(), Book.get(title="Beta"), Book.get_or_none(title="Beta")):
        book = await query.only("pages")
        assert book is not None
        assert (book.pages, hasattr(book, "title")) == (200, False)


async def test_the_last_choice_counts_and_repeated_names_are_one(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Beta").only("title").only("pages", "pk", "pages").get()
    assert set(vars(book)) == {"id", "pages"}


async def test_other_columns_are_another_query(db: Database) -> None:
    await fill_shelf()
    found = [await Book.filter(title="Beta").only(name).get() for name in ("title", "pages")]
    assert [set(vars(book)) for book in found] == [{"id", "title"}, {"id", "pages"}]


async def test_foreign_keys_by_name(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("author").get()
    assert (await book.author).name == "Ann"


async def test_related_columns(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").select_related("author").only("title", "author__name").get()
    assert (book.title, book.author.name, hasattr(book.author, "born")) == ("Alpha", "Ann", False)
    implied = await Book.filter(title="Alpha").only("title", "author__name").get()
    assert implied.author.name == "Ann"
    missing = await Book.filter(editor__isnull=True).only("title", "editor__name").first()
    assert missing is not None
    assert not missing.editor


async def test_save_writes_what_changed(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("id", "title").get()
    book.title = "Omega"
    with db.statements() as sent:
        await book.save()
        await book.save()
    assert len(sent) == 1
    whole = await Book.get(pk=book.pk)
    assert (whole.title, whole.pages) == ("Omega", 100)


async def test_save_writes_what_was_set_without_being_loaded(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("id").get()
    book.pages = 7
    await book.save()
    assert await Book.filter(title="Alpha").values_list("pages", flat=True) == [7]
    await book.save(update_fields=["pages"])
    with refused(IncompleteInstanceError, "title"):
        await book.save(update_fields=["title"])


async def test_without_its_key_nothing_can_be_stored(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("title").get()
    assert book.pk is None
    for store in (book.save(), book.delete(), book.save(update_fields=["title"])):
        with refused(IncompleteInstanceError, "id"):
            await store
    assert await Book.all().count() == 4


async def test_refreshing_loads_the_rest(db: Database) -> None:
    await fill_shelf()
    book = await Book.filter(title="Alpha").only("id").get()
    await book.refresh_from_db()
    assert book.pages == 100
    book.pages = 5
    await book.save()
    assert await Book.filter(pages=5).count() == 1


async def test_with_annotations(db: Database) -> None:
    await fill_shelf()
    found = await Author.annotate(n=Count("books")).filter(n=2).order_by("name").only("name")
    assert [(author.name, vars(author)["n"]) for author in found] == [("Ann", 2), ("Ben", 2)]


async def test_distinct(db: Database) -> None:
    await fill_shelf()
    assert len(await Book.all().only("author").distinct()) == 2


async def test_unknown_names_are_refused(db: Database) -> None:
    for name in ("nothing", "author__nothing", "title__contains"):
        with refused(FieldError, "nothing" if "nothing" in name else "title"):
            await Book.all().only(name)
    with refused(FieldError, "tags"):
        await Book.all().only("tags")
    with refused(FieldError, "only"):
        Book.all().only()


async def test_columns_by_their_attributes(db: Database) -> None:
    await fill_shelf()
    query = Book.all().order_by("title")
    assert await query.values_list(Book.pages, flat=True) == [100, 200, None, 300]
    assert await query.limit(1).values_list(Book.title, Book.pages) == [("Alpha", 100)]
    assert await query.limit(1).values_list(Book.title, "author__name") == [("Alpha", "Ann")]
    assert await query.first().values_list(Book.title, flat=True) == "Alpha"
    assert await Book.get(title="Beta").values_list(Book.pages, flat=True) == 200
    with refused(FieldError, "Author.name is no column of Book", "relation__name"):
        Book.all().values_list(Author.name)


async def test_with_values_it_is_refused(db: Database) -> None:
    some = Book.all().only("title")
    for make in (some.values, some.values_list, some.first().values, some.get(id=1).values_list):
        with refused(ParamsError, "cannot be used with only()") as caught:
            make("title")
        assert isinstance(caught.value, ValueError)  # which is what 1.1.9 raises
