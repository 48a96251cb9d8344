"""Queries inside queries."""

from __future__ import annotations

import pytest

from tortoise.exceptions import FieldError
from tortoise.expressions import F, OuterRef, Q, Subquery
from tortoise.functions import Count, Max
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Author, Book
from tortoise_testkit.samples import fill_shelf


async def test_behind_in(db: Database) -> None:
    await fill_shelf()
    long = Book.filter(pages__gte=200)
    by_key = Author.filter(id__in=Subquery(long.values("author_id")))
    assert sorted(await by_key.values_list("name", flat=True)) == ["Ann", "Ben"]
    assert await Author.filter(id__in=Subquery(long.values_list("author_id", flat=True))).count() == 2
    assert titles(await Book.filter(id__in=Subquery(long)).order_by("title")) == ["Beta", "Gamma"]
    assert titles(await Book.filter(id__not_in=Subquery(long)).order_by("title")) == ["Alpha", "Delta"]
    assert await Book.filter(author__in=Subquery(Author.filter(name="Ann"))).count() == 2


async def test_a_query_itself_behind_in(db: Database) -> None:
    await fill_shelf()
    assert titles(await Book.filter(id__in=Book.filter(pages__gte=200)).order_by("title")) == ["Beta", "Gamma"]
    assert await Author.filter(id__in=Book.filter(title="Beta").values("author_id")).count() == 1
    assert await Author.exclude(id__in=Book.filter(title="Beta").values("author_id")).filter(name="Ann").count() == 0


async def test_the_same_query_about_other_columns(db: Database) -> None:
    await fill_shelf()
    for name, expected in (("author_id", ["Ann", "Ann", "Ben", "Ben"]), ("editor_id", ["Ben", None, "Ann", None])):
        who = Subquery(Author.filter(id=OuterRef(name)).values("name"))
        assert await Book.annotate(who=who).order_by("title").values_list("who", flat=True) == expected


async def test_with_limits_and_orders(db: Database) -> None:
    await fill_shelf()
    longest = Book.filter(pages__isnull=False).order_by("-pages").limit(1)
    for value in ("pages", "title"):
        found = Book.filter(**{value: Subquery(longest.values(value))})
        assert titles(await found) == ["Gamma"]
    assert titles(await Book.filter(id__in=Subquery(longest.offset(1).values("id")))) == ["Beta"]


async def test_values_before_and_behind_it_are_bound_in_order(db: Database) -> None:
    await fill_shelf()
    for title, pages, wanted in (("Beta", 100, 1), ("Nothing", 100, 0), ("Beta", 250, 0)):
        inner = Book.filter(title=title, pages__in=[200, 300, 400]).values("id")
        query = Book.filter(pages__gte=pages, id__in=Subquery(inner), title__startswith="B")
        assert await query.count() == wanted


async def test_as_an_annotation(db: Database) -> None:
    await fill_shelf()
    most = Subquery(Book.filter(pages__isnull=False).order_by("-pages").limit(1).values("pages"))
    found = await Book.annotate(most=most).filter(title="Alpha").values_list("most", flat=True)
    assert found == [300]
    assert titles(await Book.annotate(most=most).filter(pages=F("most"))) == ["Gamma"]
    assert await Book.annotate(left=most - F("pages")).filter(title="Alpha").values_list("left", flat=True) == [200]


async def test_naming_the_query_around_it(db: Database) -> None:
    await fill_shelf()
    longest = Book.filter(author_id=OuterRef("id"), pages__isnull=False).order_by("-pages").limit(1)
    query = Author.annotate(longest=Subquery(longest.values("title"))).filter(longest__isnull=False)
    assert await query.order_by("name").values_list("name", "longest") == [("Ann", "Beta"), ("Ben", "Gamma")]
    same = Book.filter(author_id=OuterRef("author_id")).annotate(n=Count("id")).group_by("author_id").values("n")
    assert await Book.annotate(n=Subquery(same)).order_by("title").values_list("n", flat=True) == [2, 2, 2, 2]
    with refused(FieldError, "OuterRef"):
        await Book.filter(pages=OuterRef("pages"))


async def test_in_updates(db: Database) -> None:
    await fill_shelf()
    await Account.create(owner="a")
    groups = Book.annotate(most=Max("pages")).group_by("title").filter(most__isnull=False)
    assert await Account.all().update(balance=Subquery(groups.order_by("-most").limit(1).values("most"))) == 1
    assert await Account.all().values_list("balance", flat=True) == [300]
    own = Author.filter(id=OuterRef("author_id")).values("name")
    assert await Book.filter(title="Alpha").update(title=Subquery(own)) == 1
    assert await Book.filter(title="Ann").count() == 1


async def test_beside_a_condition_on_sums(db: Database) -> None:
    await fill_shelf()
    counted = Author.annotate(n=Count("books"))
    long = Subquery(Book.filter(pages=300).values("author_id"))
    assert await counted.filter(Q(id__in=long) | Q(n=0)).order_by("name").values_list("name", "n") == [
        ("Ben", 2), ("Cid", 0)
    ]  # fmt: skip
    alpha = await Book.get(title="Alpha")
    assert await counted.filter(Q(books__not=alpha) | Q(n=2)).order_by("name").values_list("name", "n") == [
        ("Ann", 2), ("Ben", 2), ("Cid", 0)
    ]  # fmt: skip


async def test_in_deletes(db: Database) -> None:
    await fill_shelf()
    shortest = Book.filter(pages__isnull=False).order_by("pages").limit(1)
    assert await Book.filter(id__in=Subquery(shortest)).delete() == 1
    assert await Book.filter(title="Alpha").exists() is False


async def test_several_levels(db: Database) -> None:
    await fill_shelf()
    ann = Author.filter(name="Ann").values("id")
    hers = Book.filter(author_id__in=Subquery(ann)).values("id")
    assert await Book.filter(id__in=Subquery(hers)).count() == 2


@pytest.mark.parametrize("names", [(), ("id", "title")])
async def test_of_several_values_is_refused(db: Database, names: tuple[str, ...]) -> None:
    with refused(FieldError, "one value"):
        await Book.filter(id__in=Subquery(Book.all().values(*names)))


async def test_of_no_query_is_refused(db: Database) -> None:
    with refused(FieldError, "Subquery"):
        Subquery([1, 2])  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "inside another"):
        await Book.filter(id=Subquery(Book.all().count()))
