"""EXISTS: conditions and values that ask whether another query gives any row."""

from __future__ import annotations

from tortoise.exceptions import FieldError
from tortoise.expressions import Case, Exists, OuterRef, Q, When
from tortoise.functions import Count
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book
from tortoise_testkit.samples import fill_shelf

HERS = Book.filter(author_id=OuterRef("id"))


async def test_as_a_condition(db: Database) -> None:
    await fill_shelf()
    assert names(await Author.filter(Exists(HERS)).order_by("name")) == ["Ann", "Ben"]
    assert names(await Author.filter(~Exists(HERS))) == ["Cid"]
    assert names(await Author.filter(~~Exists(HERS)).order_by("name")) == ["Ann", "Ben"]
    assert names(await Author.exclude(Exists(HERS))) == ["Cid"]
    assert await Author.filter(Exists(HERS.filter(pages__gt=250))).values_list("name", flat=True) == ["Ben"]


async def test_without_a_reference_to_the_query_around_it(db: Database) -> None:
    await fill_shelf()
    assert await Author.filter(Exists(Book.filter(title="Alpha"))).count() == 3
    assert await Author.filter(Exists(Book.filter(title="Omega"))).count() == 0


async def test_joined_with_other_conditions(db: Database) -> None:
    await fill_shelf()
    long = Exists(HERS.filter(pages__gte=300))
    assert names(await Author.filter(long | Q(name="Cid")).order_by("name")) == ["Ben", "Cid"]
    assert names(await Author.filter(Q(name="Cid") | long).order_by("name")) == ["Ben", "Cid"]
    assert names(await Author.filter(Q(born__gt=1900) & ~long)) == ["Ann"]
    assert names(await Author.filter(~(long | Q(name="Ann")))) == ["Cid"]
    assert names(await Author.filter(Q(long, name="Ben"))) == ["Ben"]


async def test_values_are_bound_in_order(db: Database) -> None:
    await fill_shelf()
    for title, name, wanted in (("Beta", "Ann", 1), ("Nothing", "Ann", 0), ("Beta", "Ben", 0)):
        inner = HERS.filter(title=title, pages__in=[100, 200, 300])
        query = Author.filter(Q(born__gte=1900), Exists(inner), name=name)
        assert await query.count() == wanted


async def test_as_an_annotation(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(writes=Exists(HERS), idle=~Exists(HERS)).order_by("name")
    assert await query.values_list("name", "writes", "idle") == [
        ("Ann", True, False), ("Ben", True, False), ("Cid", False, True),
    ]  # fmt: skip
    found = await query
    assert [author.writes for author in found] == [True, True, False]
    assert all(type(author.writes) is bool for author in found)
    assert names(await query.filter(writes=False)) == ["Cid"]
    assert names(await query.order_by("writes", "-name")) == ["Cid", "Ben", "Ann"]


async def test_inside_other_expressions(db: Database) -> None:
    await fill_shelf()
    kind = Case(When(Exists(HERS), then="writer"), default="reader")
    assert await Author.annotate(kind=kind).order_by("name").values_list("kind", flat=True) == [
        "writer", "writer", "reader",
    ]  # fmt: skip
    tagged = Exists(Book.filter(id=OuterRef("id"), tags__name="red"))
    assert await Book.annotate(n=Count("id", _filter=tagged)).group_by("author_id").order_by("-n").values_list(
        "n", flat=True
    ) == [2, 0]


async def test_beside_aggregates_and_joins(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(n=Count("books"), long=Exists(HERS.filter(pages__gt=250))).order_by("name")
    assert await query.values_list("name", "n", "long") == [("Ann", 2, False), ("Ben", 2, True), ("Cid", 0, False)]
    red = Book.filter(author_id=OuterRef("id"), tags__name="red")
    assert names(await Author.filter(Exists(red), country__name="Norway")) == ["Ann"]


async def test_of_sliced_grouped_and_named_queries(db: Database) -> None:
    await fill_shelf()
    assert names(await Author.filter(Exists(HERS.order_by("id").offset(1).limit(1))).order_by("name")) == ["Ann", "Ben"]
    assert await Author.filter(Exists(HERS.limit(5).offset(2))).count() == 0
    several = HERS.annotate(n=Count("id")).group_by("author_id").filter(n__gt=1)
    assert names(await Author.filter(Exists(several)).order_by("name")) == ["Ann", "Ben"]
    assert await Author.filter(Exists(HERS.values("id", "title"))).count() == 2
    assert await Author.filter(Exists(HERS.exists())).count() == 2


async def test_in_updates_and_deletes(db: Database) -> None:
    await fill_shelf()
    tagged = Book.filter(id=OuterRef("id"), tags__name="red")
    assert await Book.filter(Exists(tagged)).update(pages=7) == 2
    assert titles(await Book.filter(pages=7).order_by("title")) == ["Alpha", "Beta"]
    assert await Author.filter(~Exists(HERS), ~Exists(Book.filter(editor_id=OuterRef("id")))).delete() == 1


async def test_several_levels(db: Database) -> None:
    await fill_shelf()
    red = Book.filter(id=OuterRef("id"), tags__name="red")
    assert names(await Author.filter(Exists(HERS.filter(~Exists(red)))).order_by("name")) == ["Ben"]


async def test_of_no_query_is_refused(db: Database) -> None:
    with refused(FieldError, "Exists takes a query"):
        Exists([1])  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "inside another"):
        Exists(Book.all().count())
