"""values, values_list and group_by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tortoise.exceptions import FieldError
from tortoise.expressions import F, Q
from tortoise.functions import Avg, Count, Max, Sum
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Ranked, Sample, Tag
from tortoise_testkit.samples import fill_samples, fill_shelf


async def test_values_of_all_columns(db: Database) -> None:
    shelf = await fill_shelf()
    row = (await Book.filter(title="Beta").values())[0]
    assert row == {
        "id": shelf.books["Beta"].id, "title": "Beta", "pages": 200, "price": Decimal("20.50"),
        "author_id": shelf.authors["Ann"].id, "editor_id": None, "publisher_id": None,
    }  # fmt: skip


async def test_values_named(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().order_by("title").limit(2).values("title", "pages") == [
        {"title": "Alpha", "pages": 100},
        {"title": "Beta", "pages": 200},
    ]


async def test_values_renamed(db: Database) -> None:
    await fill_shelf()
    rows = await Book.filter(title="Alpha").values(
        "pages", name="title", who="author__name", land="author__country__name"
    )
    assert rows == [{"pages": 100, "name": "Alpha", "who": "Ann", "land": "Norway"}]


async def test_values_over_relations(db: Database) -> None:
    await fill_shelf()
    rows = await Book.all().order_by("title").values("title", "editor__name", "publisher__country__name")
    assert [tuple(row.values()) for row in rows] == [
        ("Alpha", "Ben", "Norway"), ("Beta", None, None), ("Delta", "Ann", None), ("Gamma", None, "Norway")
    ]  # fmt: skip


async def test_values_over_many(db: Database) -> None:
    await fill_shelf()
    rows = await Book.all().order_by("title", "tags__name").values_list("title", "tags__name")
    assert rows == [("Alpha", "blue"), ("Alpha", "red"), ("Beta", "red"), ("Delta", "blue"), ("Gamma", None)]


async def test_values_list(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().order_by("title").values_list("title", "pages") == [
        ("Alpha", 100), ("Beta", 200), ("Delta", None), ("Gamma", 300)
    ]  # fmt: skip
    row = (await Book.filter(title="Alpha").values_list())[0]
    assert isinstance(row, tuple)
    assert len(row) == 7


async def test_flat(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().order_by("title").values_list("title", flat=True) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert await Book.all().order_by("title").values_list("author__name", flat=True) == ["Ann", "Ann", "Ben", "Ben"]


async def test_the_key_by_its_alias(db: Database) -> None:
    shelf = await fill_shelf()
    assert await Book.filter(title="Beta").values_list("pk", flat=True) == [shelf.books["Beta"].id]
    assert await Book.filter(title="Beta").values("pk") == [{"pk": shelf.books["Beta"].id}]


async def test_of_first_and_get(db: Database) -> None:
    await fill_shelf()
    assert await Book.all().order_by("title").first().values("title") == {"title": "Alpha"}
    assert await Book.get(title="Beta").values_list("pages", flat=True) == 200
    assert await Book.filter(title="nothing").first().values("title") is None


async def test_iteration(db: Database) -> None:
    await fill_shelf()
    assert [row async for row in Book.all().order_by("title").values_list("title", flat=True)] == [
        "Alpha", "Beta", "Delta", "Gamma"
    ]  # fmt: skip


async def test_distinct(db: Database) -> None:
    await fill_shelf()
    found = await Book.all().distinct().order_by("author__name").values_list("author__name", flat=True)
    assert found == ["Ann", "Ben"]


@pytest.mark.parametrize("column", ["flag", "name"])
async def test_groups_of_null(db: Database, column: str) -> None:
    await fill_samples()
    rows = await Sample.annotate(n=Count("id")).group_by(column).values_list(column, "n")
    assert dict(rows)[None] == 1
    assert sum(number for _, number in rows) == 4


async def test_group_by_a_column(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(n=Count("id"), pages_=Sum("pages"))
        .group_by("author_id")
        .order_by("author_id")
        .values("n", "pages_")
    )
    assert rows == [{"n": 2, "pages_": 300}, {"n": 2, "pages_": 300}]


async def test_group_by_a_related_column(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(n=Count("id"))
        .group_by("author__name")
        .order_by("-author__name")
        .values_list("author__name", "n")
    )
    assert rows == [("Ben", 2), ("Ann", 2)]


async def test_group_by_two(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(n=Count("id"))
        .group_by("author__name", "publisher__name")
        .values_list("author__name", "publisher__name", "n")
    )
    assert sorted(rows, key=repr) == [("Ann", "Acme", 1), ("Ann", None, 1), ("Ben", "Acme", 1), ("Ben", None, 1)]


async def test_group_by_an_annotation(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(rest=F("pages") % 200, n=Count("id"))
        .group_by("rest")
        .order_by("n", "rest")
        .values_list("rest", "n")
    )
    assert sorted(rows, key=repr) == [(0, 1), (100, 2), (None, 1)]


async def test_groups_over_many_to_many(db: Database) -> None:
    await fill_shelf()
    rows = await Tag.annotate(n=Count("books")).group_by("name").order_by("name").values_list("name", "n")
    assert rows == [("blue", 2), ("green", 0), ("red", 2)]


async def test_groups_filtered(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(n=Count("books"), most=Max("books__pages")).group_by("name")
    assert await query.filter(n__gt=1, most__gt=250).values_list("name", flat=True) == ["Ben"]
    assert await query.filter(name__in=["Ann", "Cid"]).order_by("name").values_list("name", "n") == [
        ("Ann", 2),
        ("Cid", 0),
    ]


async def test_groups_counted(db: Database) -> None:
    await fill_shelf()
    query = Book.annotate(n=Count("id")).group_by("author_id")
    assert await query.count() == 2
    assert await query.filter(n=2).count() == 2
    assert await query.filter(n=5).count() == 0
    assert await query.filter(n=5).exists() is False


async def test_groups_ordered_by_an_aggregate_and_limited(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(mean=Avg("pages"))
        .group_by("author__name")
        .order_by("-mean")
        .limit(1)
        .values("author__name", "mean")
    )
    assert rows == [{"author__name": "Ben", "mean": 300.0}]


async def test_groups_renamed(db: Database) -> None:
    await fill_shelf()
    rows = (
        await Book.annotate(n=Count("id"))
        .group_by("author__name")
        .order_by("author__name")
        .values(who="author__name", books="n")
    )
    assert rows == [{"who": "Ann", "books": 2}, {"who": "Ben", "books": 2}]


async def test_other_groups_of_the_same_values(db: Database) -> None:
    await fill_shelf()
    counts = Book.annotate(n=Count("id"))
    for _ in range(2):
        assert await counts.group_by("author_id").values_list("n", flat=True) == [2, 2]
        assert await counts.group_by("title").values_list("n", flat=True) == [1, 1, 1, 1]


async def test_groups_have_no_order_of_the_model(db: Database) -> None:
    await Ranked.bulk_create([Ranked(name=name, rank=rank) for name, rank in (("a", 1), ("a", 2), ("b", 3))])
    rows = await Ranked.annotate(n=Count("id")).group_by("name").values_list("name", "n")
    assert sorted(rows) == [("a", 2), ("b", 1)]


async def test_groups_are_no_instances(db: Database) -> None:
    with refused(FieldError, "group"):
        await Book.annotate(n=Count("id")).group_by("author_id")


async def test_values_of_many_in_a_group_are_refused(db: Database) -> None:
    groups = Book.annotate(n=Count("id")).group_by("author_id")
    with refused(FieldError, "title", "group_by"):
        await groups.values("title", "n")
    with refused(FieldError, "title", "group_by"):
        await groups.order_by("title").values("n")
    with refused(FieldError, "title", "group_by"):
        await groups.filter(Q(n=1) | Q(title="x")).values("n")


async def test_a_grouped_key_stands_for_its_row(db: Database) -> None:
    await fill_shelf()
    rows = await Author.annotate(n=Count("books")).group_by("id").order_by("name").values_list("name", "n")
    assert rows == [("Ann", 2), ("Ben", 2), ("Cid", 0)]


async def test_misuse_is_refused(db: Database) -> None:
    with refused(FieldError, "one field"):
        Book.all().values_list("title", "pages", flat=True)
    with refused(FieldError, "Duplicate"):
        Book.all().values("title", title="pages")
    with refused(FieldError, "nothing"):
        await Book.all().values("nothing")
    with refused(FieldError, "nothing"):
        await Book.annotate(n=Count("id")).group_by("nothing").values("n")
    with refused(FieldError, "author__id"):
        await Book.all().values("author")
    with refused(FieldError, "aggregate"):
        await Book.annotate(n=Count("id")).group_by("n").values("n")
    with refused(FieldError, "group_by"):
        await Book.annotate(n=Count("id")).group_by("author_id").delete()
    with refused(FieldError, "group_by"):
        await Book.annotate(n=Count("id")).group_by("author_id").update(pages=1)
