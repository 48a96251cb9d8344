"""Order, limit, offset, slices, first, get."""

from __future__ import annotations

import pytest

from tortoise.exceptions import DoesNotExist, FieldError, MultipleObjectsReturned, OperationalError, ParamsError
from tortoise.expressions import Case, F, When
from tortoise.functions import Upper
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Ranked, Sample
from tortoise_testkit.samples import SAMPLES, fill_samples, fill_shelf

ORDERED = [column for column in SAMPLES if column not in ("flag", "key")]


@pytest.mark.parametrize("column", ORDERED)
async def test_by_every_type(db: Database, column: str) -> None:
    await fill_samples()
    query = Sample.filter(**{f"{column}__isnull": False})
    assert await query.order_by(column).values_list("label", flat=True) == ["a", "b", "c"]
    assert await query.order_by(f"-{column}").values_list("label", flat=True) == ["c", "b", "a"]


async def test_null_stands_where_the_capability_says(db: Database) -> None:
    await fill_samples()
    up = await Sample.all().order_by("number").values_list("label", flat=True)
    down = await Sample.all().order_by("-number").values_list("label", flat=True)
    assert up == (["d", "a", "b", "c"] if db.capabilities.nulls_first else ["a", "b", "c", "d"])
    assert down == up[::-1]


async def test_by_several(db: Database) -> None:
    await Ranked.bulk_create([Ranked(name=name, rank=rank) for name, rank in (("b", 1), ("a", 1), ("c", 0))])
    assert names(await Ranked.all().order_by("rank", "-name")) == ["c", "b", "a"]
    assert names(await Ranked.all().order_by("-rank", "name")) == ["a", "b", "c"]


async def test_of_the_model(db: Database) -> None:
    await Ranked.bulk_create([Ranked(name=name, rank=rank) for name, rank in (("b", 1), ("a", 1), ("c", 5))])
    assert names(await Ranked.all()) == ["c", "a", "b"]
    assert (await Ranked.first()).name == "c"  # type: ignore[union-attr]  # there are rows
    assert names(await Ranked.all().order_by("name")) == ["a", "b", "c"]
    assert await Ranked.all().values_list("name", flat=True) == ["c", "a", "b"]


async def test_by_related_columns(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().order_by("-author__name", "title")) == ["Delta", "Gamma", "Alpha", "Beta"]
    assert titles(await Book.filter(editor__isnull=False).order_by("editor__name")) == ["Delta", "Alpha"]


async def test_the_last_order_counts(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().order_by("pages").order_by("-title")) == ["Gamma", "Delta", "Beta", "Alpha"]


@pytest.mark.parametrize(
    ("start", "stop", "wanted"),
    [(0, 2, "AB"), (1, 3, "BD"), (None, 1, "A"), (2, None, "DG"), (3, 10, "G"), (4, 9, ""), (2, 2, ""), (3, 1, "")],
)
async def test_slices(db: Database, start: int, stop: int, wanted: str) -> None:
    await fill_shelf()
    found = await Book.all().order_by("title")[start:stop]
    assert "".join([book.title[0] for book in found]) == wanted


@pytest.mark.parametrize(
    ("limit", "offset", "wanted"), [(2, 0, "AB"), (2, 1, "BD"), (0, 0, ""), (9, 3, "G"), (9, 9, "")]
)
async def test_limit_and_offset(db: Database, limit: int, offset: int, wanted: str) -> None:
    await fill_shelf()
    query = Book.all().order_by("title").limit(limit).offset(offset)
    assert "".join([book.title[0] for book in await query]) == wanted
    assert await query.count() == len(wanted)
    assert await query.exists() is bool(wanted)


async def test_offset_alone(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().order_by("title").offset(3)) == ["Gamma"]


@pytest.mark.parametrize("value", [-1, 1.5, "2", True, None])
async def test_impossible_sizes_are_refused(value: object) -> None:
    with refused(ParamsError, "limit"):
        Book.all().limit(value)  # type: ignore[arg-type]  # that is the mistake
    with refused(ParamsError, "offset"):
        Book.all().offset(value)  # type: ignore[arg-type]  # the same


async def test_impossible_slices_are_refused() -> None:
    for key in (5, slice(0, 4, 2), "a"):
        with refused(FieldError, "slice"):
            Book.all()[key]
    with refused(ParamsError, "offset"):
        Book.all()[-3:]


async def test_first(db: Database) -> None:
    await fill_shelf()
    first = await Book.all().order_by("-title").first()
    assert first is not None
    assert first.title == "Gamma"
    assert await Book.filter(title="nothing").first() is None
    assert await Author.filter(name="Ann").first() == await Author.get(name="Ann")


async def test_get(db: Database) -> None:
    await fill_shelf()
    assert (await Book.get(title="Beta")).pages == 200
    assert (await Book.filter(pages__gt=100).get(author__name="Ann")).title == "Beta"
    with refused(DoesNotExist, "Book"):
        await Book.get(title="nothing")
    with refused(MultipleObjectsReturned, "Book"):
        await Book.get(author__name="Ann")


async def test_get_or_none(db: Database) -> None:
    await fill_shelf()
    found = await Book.get_or_none(title="Beta")
    assert found is not None
    assert found.pages == 200
    assert await Book.get_or_none(title="nothing") is None
    with refused(MultipleObjectsReturned, "Book"):
        await Book.get_or_none(author__name="Ann")


async def test_distinct(db: Database) -> None:
    await fill_shelf()
    query = Author.filter(books__pages__gt=50)
    assert names(await query.order_by("name")) == ["Ann", "Ann", "Ben"]
    assert names(await query.distinct().order_by("name")) == ["Ann", "Ben"]
    assert (await query.count(), await query.distinct().count()) == (3, 2)


async def test_iteration(db: Database) -> None:
    await fill_shelf()
    assert [book.title async for book in Book.all().order_by("title")] == ["Alpha", "Beta", "Delta", "Gamma"]


async def test_unknown_names_are_refused() -> None:
    with refused(FieldError, "nothing", "Book"):
        Book.all().order_by("nothing")


async def test_unknown_related_names_are_refused(db: Database) -> None:
    with refused(FieldError, "nothing"):
        await Book.all().order_by("author__nothing")


async def test_latest_and_earliest(db: Database) -> None:
    await fill_shelf()
    long = Book.filter(pages__isnull=False)
    for query, wanted in (
        (long.latest("pages"), "Gamma"),
        (long.earliest("pages"), "Alpha"),
        (long.latest("-pages"), "Alpha"),
        (long.latest("author__name", "-pages"), "Gamma"),
        (long.order_by("title").latest("pages"), "Gamma"),
        (Book.earliest("title"), "Alpha"),
        (Book.latest("title"), "Gamma"),
    ):
        book = await query
        assert book is not None
        assert book.title == wanted
    assert await Book.filter(title="nothing").latest("id") is None
    assert await long.latest("pages").values_list("title", flat=True) == "Gamma"
    for orderings in ((), ("nothing",)):
        with refused(FieldError):
            long.latest(*orderings)
        with refused(FieldError):
            long.earliest(*orderings)


async def test_last(db: Database) -> None:
    await fill_shelf()
    await Ranked.bulk_create([Ranked(name=name, rank=rank) for name, rank in (("b", 1), ("a", 1), ("c", 5))])
    for query, wanted in (
        (Ranked.last(), "b"),
        (Ranked.all().order_by("name").last(), "c"),
        (Ranked.all().order_by("-rank", "-name").last(), "a"),
        (Ranked.filter(rank=5).last(), "c"),
    ):
        found = await query
        assert found is not None
        assert found.name == wanted
    newest = await Author.last()
    assert newest is not None
    assert newest.pk == max(await Author.all().values_list("id", flat=True))
    assert await Ranked.filter(rank=9).last() is None


async def test_contains(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    assert await Book.all().contains(book) is True
    assert await Book.filter(pages__gt=150).contains(book) is False
    with refused(FieldError, "Book"):
        await Book.all().contains(await Author.get(name="Ann"))
    with refused(OperationalError, "save"):
        await Book.all().contains(Book(title="new"))


async def test_in_bulk(db: Database) -> None:
    await fill_shelf()
    book = await Book.get(title="Alpha")
    assert await Book.all().in_bulk([book.pk, -1]) == {book.pk: book}
    found = await Book.filter(pages__gt=100).in_bulk(["Alpha", "Beta"], "title")
    assert list(found) == ["Beta"]


async def test_a_computed_value_does_not_hide_a_column(db: Database) -> None:
    await Ranked.bulk_create([Ranked(name=name, rank=rank) for name, rank in (("b", 1), ("a", 2), ("c", 0))])
    # PostgreSQL calls the CASE after the column that it ends in
    kind = Case(When(rank=2, then="z"), default=F("name"))
    assert await Ranked.annotate(x=kind).order_by("name").values_list("x", flat=True) == ["z", "b", "c"]
    upper = Ranked.annotate(x=Upper("name")).order_by("-name")
    assert await upper.values_list("x", flat=True) == ["C", "B", "A"]
