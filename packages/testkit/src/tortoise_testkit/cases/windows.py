"""Windows: ranks, sums so far, values of neighbouring rows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import FieldError, UnSupportedError
from tortoise.expressions import Case, Expression, F, Q, RowRange, ValueRange, When, Window
from tortoise.functions import (
    Avg,
    Count,
    CumeDist,
    DenseRank,
    FirstValue,
    Lag,
    LastValue,
    Lead,
    Max,
    NthValue,
    Ntile,
    PercentRank,
    Rank,
    RowNumber,
    Sum,
)
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Publisher
from tortoise_testkit.samples import fill_shelf


async def _places(*pages: int) -> None:
    """Books with these numbers of pages, titled by their place in the list."""
    author = await Author.create(name="Ann")
    for at, each in enumerate(pages):
        await Book.create(title=f"b{at}", pages=each, author=author)


async def _found(expression: Expression) -> list[Any]:
    query = Book.annotate(found=expression).order_by("title")
    return list(await query.values_list("found", flat=True))


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        (Rank, [1, 2, 2, 4]),
        (DenseRank, [1, 2, 2, 3]),
        (PercentRank, [0.0, 1 / 3, 1 / 3, 1.0]),
        (CumeDist, [0.25, 0.75, 0.75, 1.0]),
    ],
)
async def test_places(db: Database, function: Callable[[], Any], wanted: list[Any]) -> None:
    await _places(10, 20, 20, 30)
    found = await _found(Window(function(), order_by="pages"))
    assert found == pytest.approx(wanted)
    assert [type(value) for value in found] == [type(value) for value in wanted]


async def test_numbers_and_parts(db: Database) -> None:
    await _places(30, 10, 20, 40)
    assert await _found(Window(RowNumber(), order_by="pages")) == [3, 1, 2, 4]
    assert await _found(Window(RowNumber(), order_by=["-pages"])) == [2, 4, 3, 1]
    assert await _found(Window(Ntile(2), order_by="pages")) == [2, 1, 1, 2]


async def test_partitions(db: Database) -> None:
    await fill_shelf()
    number = Window(RowNumber(), partition_by="author_id", order_by="title")
    assert await _found(number) == [1, 2, 1, 2]
    by_name = Window(RowNumber(), partition_by=["author__name"], order_by=[F("title")])
    assert await _found(by_name) == [1, 2, 1, 2]
    rows = await Book.annotate(n=number).order_by("-n", "title")
    assert [(row.title, row.n) for row in rows] == [("Beta", 2), ("Gamma", 2), ("Alpha", 1), ("Delta", 1)]


async def test_neighbours(db: Database) -> None:
    await _places(10, 20, 40)
    assert await _found(Window(Lag("pages"), order_by="title")) == [None, 10, 20]
    assert await _found(Window(Lead("pages"), order_by="title")) == [20, 40, None]
    assert await _found(Window(Lag("pages", 2, default=-1), order_by="title")) == [-1, -1, 10]
    assert await _found(Window(Lead("title", default="none"), order_by="title")) == ["b1", "b2", "none"]
    assert await _found(F("pages") - Window(Lag("pages", default=0), order_by="title")) == [10, 10, 20]


async def test_values_of_a_frame(db: Database) -> None:
    await _places(10, 20, 40)
    assert await _found(Window(FirstValue("pages"), order_by="title")) == [10, 10, 10]
    assert await _found(Window(LastValue("pages"), order_by="title")) == [10, 20, 40]
    everything = RowRange()
    assert await _found(Window(LastValue("pages"), order_by="title", frame=everything)) == [40, 40, 40]
    assert await _found(Window(NthValue("pages", 2), order_by="title")) == [None, 20, 20]


async def test_aggregates_over_frames(db: Database) -> None:
    await _places(1, 2, 4, 8)
    assert await _found(Window(Sum("pages"))) == [15, 15, 15, 15]
    assert await _found(Window(Sum("pages"), order_by="title")) == [1, 3, 7, 15]
    assert await _found(Window(Sum("pages"), order_by="title", frame=RowRange(-1, 1))) == [3, 7, 14, 12]
    assert await _found(Window(Sum("pages"), order_by="title", frame=RowRange(0, None))) == [15, 14, 12, 8]
    assert await _found(Window(Count("id"), order_by="title", frame=RowRange(None, -1))) == [0, 1, 2, 3]
    assert await _found(Window(Avg("pages"), frame=ValueRange())) == [3.75, 3.75, 3.75, 3.75]
    assert await _found(Window(Sum("pages", _filter=Q(pages__gt=1)), order_by="title")) == [None, 2, 6, 14]


async def test_values_are_bound_in_order(db: Database) -> None:
    await _places(1, 2, 4, 8)
    for least, wanted in ((2, [2, 6, 14]), (4, [None, 4, 12])):
        part = Case(When(pages__lt=100, then=0), default=1)
        total = Window(Sum("pages", _filter=Q(pages__gte=least)), partition_by=part, order_by="title")
        query = Book.annotate(total=total).filter(pages__gt=1, title__startswith="b").order_by("title")
        assert await query.values_list("total", flat=True) == wanted


async def test_decimals(db: Database) -> None:
    await fill_shelf()
    rank = Book.filter(price__not_isnull=True).annotate(place=Window(Rank(), order_by="-price")).order_by("place")
    assert titles(await rank) == ["Beta", "Alpha", "Delta"]
    dearest = Window(Max("price"))
    assert (await Book.annotate(dearest=dearest).first()).dearest == Decimal("20.50")  # type: ignore[union-attr]  # is there
    before = Window(Lag("price", default=Decimal(0)), order_by="title")
    query = Book.filter(price__not_isnull=True).annotate(before=before).order_by("title")
    assert await query.values_list("before", flat=True) == [Decimal(0), Decimal("10.00"), Decimal("20.50")]


async def test_sums_of_decimals(db: Database) -> None:
    await fill_shelf()
    total = Book.annotate(total=Window(Sum("price"))).filter(title="Alpha").values_list("total", flat=True)
    if db.capabilities.decimal_windows:
        assert await total == [Decimal("10.00")]
    else:
        with refused(UnSupportedError, "SUM of decimals over a window", db.capabilities.dialect):
            await total


async def test_over_groups(db: Database) -> None:
    await fill_shelf()
    query = Book.annotate(pages_of=Sum("pages"), place=Window(Rank(), order_by="-pages_of")).group_by("author__name")
    assert await query.order_by("author__name").values_list("author__name", "pages_of", "place") == [
        ("Ann", 300, 1), ("Ben", 300, 1),
    ]  # fmt: skip
    per_row = Author.annotate(n=Count("books"), place=Window(RowNumber(), order_by=["-n", "name"])).order_by("place")
    assert await per_row.values_list("name", "n", "place") == [("Ann", 2, 1), ("Ben", 2, 2), ("Cid", 0, 3)]
    with refused(FieldError, '"pages" has many values in a group'):
        await Book.annotate(total=Window(Sum("pages"))).group_by("author_id").values("total")


async def test_counting_rows_with_windows(db: Database) -> None:
    await fill_shelf()
    query = Book.annotate(n=Window(RowNumber(), order_by="title"))
    assert await query.count() == 4
    assert await query.exists()
    assert await query.filter(pages__gt=100).count() == 2
    assert await query.order_by("-n").limit(1).values_list("title", "n") == [("Gamma", 4)]
    assert await Publisher.all().prefetch_related("books") != []


async def test_conditions_cannot_name_them(db: Database) -> None:
    query = Book.annotate(n=Window(RowNumber(), order_by="title"))
    with refused(FieldError, "n=1", "window is computed over the rows"):
        await query.filter(n=1)
    with refused(FieldError, "window is computed over the rows"):
        await query.filter(Q(title="x") | Q(n__lt=3)).count()
    with refused(FieldError, 'group by "n"'):
        await query.group_by("n").values("n")
    with refused(FieldError, "cannot be taken of a window"):
        await query.annotate(most=Max("n")).values("most")
    with refused(FieldError, "Book.pages", "window"):
        await query.update(pages=F("n"))
    with refused(FieldError, "another one"):
        await query.annotate(m=Window(Rank(), order_by="n"))


async def test_mistakes(db: Database) -> None:
    with refused(FieldError, "Rank stands in a window", "Window(Rank(...)"):
        await Book.annotate(place=Rank())
    with refused(FieldError, "Window takes a function", "'pages'"):
        Window("pages")  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "distinct"):
        Window(Count("id", distinct=True))
    with refused(FieldError, "frame takes a RowRange"):
        Window(Rank(), frame=3)  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "start 2 is behind end 1"):
        RowRange(2, 1)
    with refused(FieldError, "whole numbers"):
        RowRange("1; DROP TABLE book", 2)  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "ValueRange takes None and 0"):
        ValueRange(-1, 0)
    with refused(FieldError, "Ntile takes a whole number from 1 on"):
        Ntile(0)
    with refused(FieldError, "order_by of a Window"):
        Window(Rank(), order_by=[3])  # type: ignore[list-item]  # that is the mistake
    with refused(FieldError, "pagse"):
        await Book.annotate(place=Window(Rank(), order_by="pagse"))
