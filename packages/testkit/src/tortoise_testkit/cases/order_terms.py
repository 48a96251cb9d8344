"""Orders of expressions, and the place of NULL in them."""

from __future__ import annotations

from tortoise.exceptions import FieldError
from tortoise.expressions import Case, F, Subquery, When, Window
from tortoise.functions import Count, Length, Lower, RowNumber
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Sample
from tortoise_testkit.samples import fill_samples, fill_shelf


async def test_the_place_of_null(db: Database) -> None:
    await fill_shelf()  # Alpha 100, Beta 200, Gamma 300, Delta NULL
    pages = F("pages")
    for term, expected in (
        (pages.asc(nulls_first=True), "Delta Alpha Beta Gamma"),
        (pages.asc(nulls_last=True), "Alpha Beta Gamma Delta"),
        (pages.desc(nulls_first=True), "Delta Gamma Beta Alpha"),
        (pages.desc(nulls_last=True), "Gamma Beta Alpha Delta"),
    ):
        query = Book.all().order_by(term, "title")
        assert titles(await query) == expected.split()
        assert await query.values_list("title", flat=True) == expected.split()
        assert (await query.last()).title == expected.split()[-1]  # type: ignore[union-attr]  # there are rows
        assert (await query.first()).title == expected.split()[0]  # type: ignore[union-attr]  # there are rows
        assert titles(await query.limit(2).offset(1)) == expected.split()[1:3]
        if not db.capabilities.nulls_ordering:
            assert "NULLS" not in query.sql()


async def test_the_place_of_null_in_every_type(db: Database) -> None:
    await fill_samples()
    for column in ("small", "big", "ratio", "name", "text", "flag", "price", "moment", "key"):
        first = Sample.all().order_by(F(column).asc(nulls_first=True), "label")
        assert (await first.values_list("label", flat=True))[0] == "d", column
        last = Sample.all().order_by(F(column).asc(nulls_last=True), "label")
        assert await last.values_list("label", flat=True) == ["a", "b", "c", "d"], column


async def test_left_to_the_server(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().order_by(F("pages").asc(), "id")) == titles(await Book.all().order_by("pages", "id"))
    assert titles(await Book.all().order_by(F("pages").desc())) == titles(await Book.all().order_by("-pages"))
    assert titles(await Book.all().order_by(F("title"))) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert "NULLS" not in Book.all().order_by(F("pages").asc()).sql()


async def test_expressions(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.all().order_by(Length("title"), Lower("title").desc())) == [
        "Beta",
        "Gamma",
        "Delta",
        "Alpha",
    ]
    late = Case(When(title="Beta", then=2), default=1)
    assert titles(await Book.filter(pages__gt=1).order_by(late.desc(), "title")) == ["Beta", "Alpha", "Gamma"]
    for first in (1, 2):
        query = Book.filter(title__in=["Alpha", "Beta"]).order_by((F("id") * 0 + first).desc(), (F("pages") * -first))
        assert titles(await query.filter(pages__lt=1000)) == ["Beta", "Alpha"]
    born = Subquery(Author.filter(name="Ann").limit(1).values("born"))
    assert len(await Book.all().order_by(born, "id")) == 4


async def test_relations_annotations_and_groups(db: Database) -> None:
    await fill_shelf()
    query = Book.all().order_by(F("author__name").desc(), F("editor__name").asc(nulls_last=True), "title")
    assert titles(await query) == ["Delta", "Gamma", "Alpha", "Beta"]
    counted = Author.annotate(n=Count("books")).order_by(F("n").desc(nulls_last=True), "name")
    assert names(await counted) == ["Ann", "Ben", "Cid"]
    groups = Book.annotate(n=Count("id")).group_by("publisher_id").order_by(F("publisher_id").desc(nulls_last=True))
    assert [row["publisher_id"] is None for row in await groups.values("publisher_id", "n")] == [False, True]
    assert [author.name for author in await Author.filter(name="Ann")] == ["Ann"]
    ann = await Author.get(name="Ann")
    assert titles(await ann.books.order_by(F("pages").desc(nulls_last=True))) == ["Beta", "Alpha"]
    assert (await Book.all().latest(F("pages").asc(nulls_first=True))).title == "Gamma"  # type: ignore[union-attr]


async def test_what_cannot_be_meant(db: Database) -> None:
    with refused(FieldError, "nulls_first", "nulls_last"):
        F("pages").asc(nulls_first=True, nulls_last=True)
    with refused(FieldError, "order_by", "7"):
        Book.all().order_by(7)  # type: ignore[arg-type]  # on purpose
    with refused(FieldError, "nothing", "Book"):
        Book.all().order_by(F("nothing").desc())
    with refused(FieldError, "nothing"):
        await Book.all().order_by(Lower("nothing"))
    with refused(FieldError, "union"):
        await Book.all().union(Book.all()).order_by(F("title").asc())  # type: ignore[arg-type]  # on purpose


async def test_the_place_of_null_in_a_window(db: Database) -> None:
    await fill_shelf()
    if not db.capabilities.window_functions:
        return
    for term, expected in (
        (F("pages").asc(nulls_first=True), [1, 2, 3, 4]),
        (F("pages").desc(nulls_last=True), [4, 3, 2, 1]),
    ):
        query = Book.annotate(n=Window(RowNumber(), order_by=[term, "id"])).order_by(F("pages").asc(nulls_first=True))
        assert await query.values_list("n", flat=True) == expected
