"""Count, Sum, Avg, Min and Max: alone, by instance, over relations, grouped."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import FieldError
from tortoise.expressions import Case, F, Q, When
from tortoise.functions import Avg, Count, Max, Min, Sum
from tortoise_testkit.checks import names, refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import KINDS, ROWS, Author, Book, Country, Person, Publisher, Sample, Tag
from tortoise_testkit.samples import fill_samples, fill_shelf

#: aggregate over the pages of all books (100, 200, 300, NULL) -> result
TOTALS: dict[str, tuple[Any, Any]] = {
    "count": (Count("pages"), 3),
    "count of keys": (Count("id"), 4),
    "count of rows": (Count("*"), 4),
    "sum": (Sum("pages"), 600),
    "mean": (Avg("pages"), 200.0),
    "least": (Min("pages"), 100),
    "most": (Max("pages"), 300),
    "sum of an expression": (Sum(F("pages") * 2), 1200),
    "most of an expression": (Max(F("pages") + 1), 301),
    "filtered count": (Count("id", _filter=Q(pages__gt=100)), 2),
    "filtered sum": (Sum("pages", _filter=Q(pages__lt=300)), 300),
    "filtered to nothing": (Sum("pages", _filter=Q(pages__lt=0)), None),
    "distinct authors": (Count("author_id", distinct=True), 2),
    "least text": (Min("title"), "Alpha"),
    "most text": (Max("title"), "Gamma"),
    "exact sum": (Sum("price"), Decimal("35.75")),
    "least price": (Min("price"), Decimal("5.25")),
    "sum of a case": (Sum(Case(When(pages__gt=150, then=1), default=0)), 2),
    "difference": (Max("pages") - Min("pages"), 200),
}


@pytest.mark.parametrize("name", list(TOTALS))
async def test_total_by_group_of_all(db: Database, name: str) -> None:
    aggregate, wanted = TOTALS[name]
    await fill_shelf()
    everything = Case(When(id__gt=0, then=1), default=1)
    query = Book.annotate(everything=everything, total=aggregate).group_by("everything")
    rows = await query.values_list("total", flat=True)
    assert rows == [wanted]
    assert type(rows[0]) is type(wanted)


async def test_mean_of_decimals(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(mean=Avg("price"))
        .group_by("author_id")
        .order_by("author_id")
        .values_list("mean", flat=True)
    )
    assert rows == [Decimal("15.25"), Decimal("5.25")]
    assert all(isinstance(mean, Decimal) for mean in rows)


async def test_by_instance(db: Database) -> None:
    await fill_shelf()
    found = await Author.annotate(n=Count("books"), pages=Sum("books__pages")).order_by("name")
    assert [(author.name, author.n, author.pages) for author in found] == [
        ("Ann", 2, 300),
        ("Ben", 2, 300),
        ("Cid", 0, None),
    ]


async def test_own_column_keeps_the_rows_apart(db: Database) -> None:
    await fill_shelf()
    found = await Book.annotate(n=Count("id")).order_by("title")
    assert [(book.title, book.n) for book in found] == [("Alpha", 1), ("Beta", 1), ("Delta", 1), ("Gamma", 1)]
    assert await Book.annotate(n=Count("id")).count() == 4


async def test_over_two_steps(db: Database) -> None:
    await fill_shelf()
    found = await Country.annotate(n=Count("authors__books")).order_by("name")
    assert [(country.name, country.n) for country in found] == [("Kenya", 2), ("Norway", 2)]
    longest = await Country.annotate(most=Max("authors__books__pages")).order_by("-most")
    assert [(country.name, country.most) for country in longest] == [("Kenya", 300), ("Norway", 200)]


async def test_over_many_to_many(db: Database) -> None:
    await fill_shelf()
    found = await Tag.annotate(n=Count("books")).order_by("-n", "name")
    assert [(tag.name, tag.n) for tag in found] == [("blue", 2), ("red", 2), ("green", 0)]
    assert titles(await Book.annotate(n=Count("tags")).filter(n=0)) == ["Gamma"]


async def test_distinct_over_two_relations(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(books_=Count("books", distinct=True), tags=Count("books__tags", distinct=True))
    found = await query.order_by("name").values_list("name", "books_", "tags")
    assert found == [("Ann", 2, 2), ("Ben", 2, 1), ("Cid", 0, 0)]


async def test_over_a_relation_to_itself(db: Database) -> None:
    boss = await Person.create(name="boss")
    await Person.bulk_create([Person(name=name, boss=boss) for name in ("x", "y")])
    found = await Person.annotate(n=Count("staff")).order_by("-n", "name")
    assert [(person.name, person.n) for person in found] == [("boss", 2), ("x", 0), ("y", 0)]


async def test_filter_on_an_aggregate(db: Database) -> None:
    await fill_shelf()
    assert names(await Author.annotate(n=Count("books")).filter(n__gte=1).order_by("name")) == ["Ann", "Ben"]
    assert names(await Author.annotate(n=Count("books")).filter(Q(n=0) | Q(name="Ann")).order_by("name")) == [
        "Ann",
        "Cid",
    ]
    assert await Author.annotate(n=Count("books")).filter(n=0).count() == 1
    assert await Author.annotate(n=Count("books")).filter(n=0).exists() is True
    assert await Author.annotate(n=Count("books")).filter(n=77).exists() is False


async def test_filter_on_an_aggregate_or_a_related_column(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(n=Count("books")).filter(Q(n=0) | Q(country__name="Kenya")).order_by("name")
    assert names(await query) == ["Ben", "Cid"]
    assert await query.count() == 2


async def test_filters_before_and_after(db: Database) -> None:
    await fill_shelf()
    query = Author.filter(books__pages__gt=50).annotate(n=Count("books")).filter(n=1)
    assert names(await query) == ["Ben"]


async def test_filtered_by_relation(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(n=Count("books", _filter=Q(books__pages__gte=200))).order_by("name")
    assert [(author.name, author.n) for author in await query] == [("Ann", 1), ("Ben", 1), ("Cid", 0)]


@pytest.mark.parametrize("aggregate", [Sum, Avg, Min, Max])
async def test_nothing_but_null(db: Database, aggregate: Any) -> None:
    await Sample.create(label="d")
    rows = await Sample.annotate(x=aggregate("number")).values_list("x", flat=True)
    assert rows == [None]


@pytest.mark.parametrize("aggregate", [Count, Sum, Avg, Min, Max])
async def test_no_rows(db: Database, aggregate: Any) -> None:
    total = 0 if aggregate is Count else None
    assert await Sample.annotate(x=aggregate("number")).values_list("x", flat=True) == [total]
    assert await Sample.annotate(x=aggregate("number")).values_list("label", "x") == []
    assert await Sample.annotate(x=aggregate("number")).group_by("label").values("label", "x") == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "JSON"])
async def test_least_and_greatest_of_every_type_in_order(db: Database, kind: str) -> None:
    model = ROWS[kind]
    await model.bulk_create([model(value=value, maybe=None) for value in KINDS[kind].values])
    in_order = await model.all().order_by("value").values_list("value", flat=True)
    ends = {"least": in_order[0], "most": in_order[-1], "none": None}
    query = model.annotate(least=Min("value"), most=Max("value", distinct=True), none=Min("maybe"))
    assert await query.values(*ends) == [ends]


async def test_sums_alone_are_one_row(db: Database) -> None:
    await Sample.bulk_create([Sample(label=label, number=number) for label, number in (("a", 1), ("a", 2), ("b", 4))])
    sums = Sample.annotate(total=Sum("number"), most=Max("number"))
    assert await sums.values("total", "most") == [{"total": 7, "most": 4}]
    assert await sums.filter(label="a").values_list("total", flat=True) == [3]
    assert await sums.first().values("total") == {"total": 7}
    # what tells rows apart is asked for, so there is one for each
    assert sorted(await sums.values_list("label", "total")) == [("a", 1), ("a", 2), ("b", 4)]
    assert await sums.order_by("-total").values_list("total", flat=True) == [4, 2, 1]
    assert sorted(await sums.filter(total__gt=1).values_list("total", flat=True)) == [2, 4]
    assert len(await sums) == 3


async def test_sums_of_large_numbers(db: Database) -> None:
    await Sample.bulk_create([Sample(label="x", number=2**31 - 1) for _ in range(3)])
    assert await Sample.annotate(x=Sum("number")).group_by("label").values_list("x", flat=True) == [3 * (2**31 - 1)]


async def test_exact_decimals(db: Database) -> None:
    await Sample.bulk_create([Sample(label="x", price=Decimal("0.1")) for _ in range(10)])
    rows = await Sample.annotate(x=Sum("price"), low=Min("price")).group_by("label").values_list("x", "low")
    assert rows == [(Decimal("1.000"), Decimal("0.100"))]


async def test_moments_and_texts(db: Database) -> None:
    await fill_samples()
    rows = (
        await Sample.annotate(first=Min("moment"), last=Max("moment"))
        .group_by("flag")
        .order_by("flag")
        .values("flag", "first", "last")
    )
    by_flag = {row["flag"]: row for row in rows}
    assert by_flag[True]["first"] == by_flag[True]["last"] == (await Sample.get(label="c")).moment
    assert by_flag[False]["first"] == (await Sample.get(label="a")).moment
    assert by_flag[None]["first"] is None


async def test_with_select_related(db: Database) -> None:
    await fill_shelf()
    found = await Book.annotate(n=Count("tags")).select_related("author").order_by("title")
    assert [(book.title, book.author.name, book.n) for book in found] == [
        ("Alpha", "Ann", 2), ("Beta", "Ann", 1), ("Delta", "Ben", 1), ("Gamma", "Ben", 0)
    ]  # fmt: skip


async def test_publishers_without_books(db: Database) -> None:
    await fill_shelf()
    found = await Publisher.annotate(n=Count("books")).order_by("n").values("name", "n")
    assert found == [{"name": "Void", "n": 0}, {"name": "Acme", "n": 2}]


async def test_unknown_names_are_refused(db: Database) -> None:
    with refused(FieldError, "nothing"):
        await Book.annotate(n=Count("nothing"))
    with refused(FieldError, "nothing"):
        await Author.annotate(n=Sum("books__nothing"))
