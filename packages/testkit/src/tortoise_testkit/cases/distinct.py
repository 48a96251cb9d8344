"""distinct: equal rows once, the first of those that agree in some fields, and the order of both."""

from __future__ import annotations

import datetime as dt

from tortoise.exceptions import FieldError
from tortoise.expressions import F, Subquery
from tortoise.functions import Count, Lower, Min
from tortoise.query_utils import Prefetch
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Ranked, Sample
from tortoise_testkit.samples import fill_shelf


async def test_the_first_of_each(db: Database) -> None:
    await fill_shelf()
    by_author = Book.all().distinct("author_id")
    assert titles(await by_author.order_by("author_id", "title")) == ["Alpha", "Delta"]
    assert titles(await by_author.order_by("author_id", "-title")) == ["Beta", "Gamma"]
    assert titles(await by_author.order_by("-author_id", F("pages").desc(nulls_last=True))) == ["Gamma", "Beta"]
    assert titles(await by_author.order_by("author_id", "title").offset(1).limit(1)) == ["Delta"]
    assert titles(await Book.filter(pages__gt=100).distinct("author__name").order_by("author__name", "id")) == [
        "Beta",
        "Gamma",
    ]
    assert await by_author.order_by("author_id", "title").values_list("title", "author__name") == [
        ("Alpha", "Ann"),
        ("Delta", "Ben"),
    ]
    first = await by_author.order_by("author_id", "title").select_related("author").first()
    assert first is not None and first.author.name == "Ann"


async def test_by_several_fields_and_annotations(db: Database) -> None:
    await fill_shelf()
    several = Book.all().distinct("publisher_id", "author_id")
    rows = await several.order_by(F("publisher_id").asc(nulls_last=True), "author_id", "title").values_list(
        "title", flat=True
    )
    assert rows == ["Alpha", "Gamma", "Beta", "Delta"]
    assert len(await several.order_by("author_id", "publisher_id", "-id")) == 4
    lower = Book.annotate(low=Lower("author__name")).distinct("low").order_by("-low", "title")
    assert await lower.values_list("title", "low") == [("Delta", "ben"), ("Alpha", "ann")]
    assert titles(await lower) == ["Delta", "Alpha"]
    doubled = Book.annotate(double=F("pages") * 2).distinct("double").order_by("double")
    assert len(await doubled.filter(double__gt=200)) == 2


async def test_without_an_order_it_is_the_models_or_the_key(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().distinct("author_id")) == ["Alpha", "Gamma"]
    await Ranked.bulk_create([Ranked(name=n, rank=r) for n, r in (("b", 1), ("a", 1), ("c", 2), ("a", 3))])
    kept = await Ranked.all().distinct("name")
    assert [(row.name, row.rank) for row in kept] == [("a", 3), ("b", 1), ("c", 2)]


async def test_counted_and_inside_other_queries(db: Database) -> None:
    await fill_shelf()
    by_author = Book.all().distinct("author_id")
    assert await by_author.count() == 2
    assert await by_author.exists()
    assert not await by_author.filter(title="x").exists()
    newest = by_author.order_by("author_id", "-id")
    assert titles(await Book.filter(id__in=Subquery(newest)).order_by("title")) == ["Beta", "Delta"]
    assert await newest.update(pages=1) == 2
    assert titles(await Book.filter(pages=1).order_by("title")) == ["Beta", "Delta"]
    assert await newest.delete() == 2
    assert titles(await Book.all().order_by("title")) == ["Alpha", "Gamma"]


async def test_its_order_begins_with_the_fields(db: Database) -> None:
    await fill_shelf()
    for query in (
        Book.all().distinct("author_id").order_by("title"),
        Book.all().distinct("author_id", "title").order_by("author_id"),
        Book.all().distinct("author_id").order_by(Lower("title"), "author_id"),
    ):
        with refused(FieldError, "distinct", "order_by", "author_id"):
            await query
    with refused(FieldError, "last()", "first()"):
        await Book.all().distinct("author_id").last()
    with refused(FieldError, "nothing"):
        await Book.all().distinct("nothing")
    with refused(FieldError, "distinct takes names"):
        Book.all().distinct(F("pages"))  # type: ignore[arg-type]  # on purpose
    with refused(FieldError, "Prefetch"):
        await Author.all().prefetch_related(Prefetch("books", Book.all().distinct("pages")))


async def test_distinct_rows_in_the_order_of_a_relation(db: Database) -> None:
    """A server may order DISTINCT by what is selected alone: whole rows have one related row each all the same."""
    await fill_shelf()
    tagged = Book.filter(tags__name__in=["red", "blue"]).distinct()
    assert titles(await tagged.order_by("author__name", "-title")) == ["Beta", "Alpha", "Delta"]
    assert titles(await tagged.order_by("-author__name", "title").limit(1).offset(1)) == ["Alpha"]
    assert titles(await tagged.order_by(F("editor__name").asc(nulls_first=True), "-title")) == [
        "Beta",
        "Delta",
        "Alpha",
    ]
    loud = tagged.annotate(low=Lower("title")).order_by("author__name", "-low")
    assert [book.low for book in await loud] == ["beta", "alpha", "delta"]
    assert await tagged.order_by("author__name", "title").values_list("id", "title") == [
        (book.id, book.title) for book in await tagged.order_by("author__name", "title")
    ]
    authors = (
        await Author.filter(books__pages__gt=1)
        .order_by("name")
        .prefetch_related(
            Prefetch("books", Book.filter(tags__name__in=["red", "blue"]).distinct().order_by("author__name", "-title"))
        )
    )
    assert [titles(author.books) for author in {a.id: a for a in authors}.values()] == [["Beta", "Alpha"], ["Delta"]]
    assert await tagged.order_by("author__name").count() == 3


async def test_orders_that_distinct_rows_do_not_have(db: Database) -> None:
    await fill_shelf()
    values = Book.all().distinct().order_by("title").values_list("publisher_id", flat=True)
    many = Author.all().distinct().order_by("books__title")
    if not db.capabilities.distinct_order_selected:
        assert len(await values) >= 2
        assert len(await many) == 3
        return
    with refused(FieldError, "distinct values", "title"):
        await values
    with refused(FieldError, "many values", "title", "Min"):
        await many
    least = Author.annotate(least=Min("books__title"), n=Count("books")).filter(n__gt=0).distinct().order_by("-least")
    assert names(await least) == ["Ben", "Ann"]


async def test_distinct_values_in_the_order_of_a_part(db: Database) -> None:
    """What is ordered by is part of the result, though no column."""
    for year in (2023, 2024, 2023):
        await Sample.create(label="a", moment=dt.datetime(year, 5, 1, tzinfo=dt.timezone.utc))
    years = Sample.all().distinct().order_by("-moment__year").values_list("moment__year", flat=True)
    assert await years == [2024, 2023]
    assert await Sample.all().distinct().order_by("moment__year").values(year="moment__year") == [
        {"year": 2023},
        {"year": 2024},
    ]
