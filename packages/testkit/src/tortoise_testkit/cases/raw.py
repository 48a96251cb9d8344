"""Instances by SQL of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import FieldError, OperationalError, ParamsError
from tortoise.functions import Count
from tortoise.queryset import QuerySet
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Sample
from tortoise_testkit.samples import SAMPLES, fill_samples, fill_shelf


async def test_instances(db: Database) -> None:
    await fill_shelf()
    found = await Book.all().raw("SELECT * FROM book ORDER BY title")
    assert titles(found) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert (type(found[0]), found[0].pages, type(found[0].price)) == (Book, 100, Decimal)
    assert found[0] == await Book.get(title="Alpha")


async def test_parameters_by_name(db: Database) -> None:
    await fill_shelf()
    sql = "SELECT * FROM book WHERE pages >= :low AND title <> ':low' AND (pages <= :high OR pages = :low)"
    assert titles(await Book.all().raw(sql, {"low": 150, "high": 250})) == ["Beta"]
    assert titles(await Book.all().raw(sql, {"low": 300, "high": 0})) == ["Gamma"]
    hostile = "x' OR '1'='1"
    assert await Book.all().raw("SELECT * FROM book WHERE title = :title -- :no", {"title": hostile}) == []


async def test_further_columns_are_attributes(db: Database) -> None:
    await fill_shelf()
    (book,) = await Book.all().raw("SELECT id, title, pages * 2 AS twice FROM book WHERE title = :t", {"t": "Beta"})
    assert (vars(book)["twice"], book.title, hasattr(book, "price")) == (400, "Beta", False)
    book.title = "Bee"
    await book.save()
    assert await Book.filter(title="Bee", pages=200).count() == 1


async def test_columns_in_any_order(db: Database) -> None:
    await fill_shelf()
    (book,) = await Book.all().raw(
        "SELECT publisher_id, editor_id, author_id, price, pages, title, id FROM book WHERE title = 'Beta'"
    )
    assert (book.title, book.pages) == ("Beta", 200)
    book.pages = 201
    await book.save()
    assert await Book.filter(pages=201, title="Beta").count() == 1


async def test_iteration(db: Database) -> None:
    await fill_shelf()
    assert [b.title async for b in Book.all().raw("SELECT * FROM book ORDER BY title DESC")] == [
        "Gamma", "Delta", "Beta", "Alpha"
    ]  # fmt: skip


@pytest.mark.parametrize("parameters", [{}, {"pages": 5, "more": 1}, {"page": 5}, "text", 5])
async def test_parameters_that_do_not_fit_are_refused(db: Database, parameters: Any) -> None:
    with refused(ParamsError):
        await Book.all().raw("SELECT * FROM book WHERE pages = :pages", parameters)


async def test_rows_of_something_else_are_refused(db: Database) -> None:
    with refused(FieldError, "Book"):
        await Book.all().raw("SELECT 1 AS one")
    with refused(OperationalError):
        await Book.all().raw("SELECT * FROM no_such_table")


HOSTILE = "it's; DROP TABLE book -- \\ %s $1 ?"


def _rows() -> QuerySet[Book]:
    return Book.filter(title=HOSTILE)


#: a query of every kind that reads, over books whose title says how text may go wrong
READS: dict[str, Callable[[], Any]] = {
    "rows": _rows,
    "first": lambda: _rows().first(),
    "one": lambda: _rows().get_or_none(pages=3),
    "dicts": lambda: _rows().values("id", "title"),
    "flat": lambda: _rows().values_list("id", flat=True),
    "first dict": lambda: _rows().first().values("id"),
    "count": lambda: _rows().count(),
    "exists": lambda: _rows().exists(),
    "annotated": lambda: _rows().annotate(n=Count("tags")).filter(n__gt=3),
    "union": lambda: _rows().union(Book.filter(pages__in=[1, 2])).order_by("id").limit(3),
    "count of a union": lambda: _rows().union(Book.filter(pages__range=(1, 2)), all=True).count(),
}
WRITES: dict[str, Callable[[], Any]] = {
    "update": lambda: _rows().update(title=HOSTILE + "!", price=Decimal("1.50")),
    "delete": lambda: _rows().delete(),
}


@pytest.mark.parametrize("kind", [*READS, *WRITES])
async def test_explain(db: Database, kind: str) -> None:
    await fill_shelf()
    plan = await {**READS, **WRITES}[kind]().explain()
    assert plan
    assert "book" in str(plan).lower()
    assert await Book.all().count() == 4


@pytest.mark.parametrize("kind", list(READS))
async def test_text_with_literals_gives_what_the_query_gives(db: Database, kind: str) -> None:
    await fill_shelf()
    await Book.filter(title="Alpha").update(title=HOSTILE)
    query = READS[kind]()
    text = query.sql(params_inline=True)
    _, rows = await db.connection.execute_query(text)
    result = await query
    if isinstance(result, int) and not isinstance(result, bool):
        assert list(dict(rows[0]).values()) == [result]
    else:
        assert len(rows) == (len(result) if isinstance(result, list) else int(bool(result)))
    assert "/*" not in text


@pytest.mark.parametrize("kind", list(WRITES))
async def test_text_of_writes_with_literals(db: Database, kind: str) -> None:
    await fill_shelf()
    await Book.filter(title="Alpha").update(title=HOSTILE)
    text = WRITES[kind]().sql(params_inline=True)
    count, _ = await db.connection.execute_query(text)
    assert count == 1
    assert await Book.filter(title=HOSTILE).count() == 0
    assert await Book.filter(title=HOSTILE + "!", price=Decimal("1.50")).count() == int(kind == "update")


@pytest.mark.parametrize("column", list(SAMPLES))
async def test_literals_of_every_type(db: Database, column: str) -> None:
    await fill_samples()
    values = list(SAMPLES[column])
    query = Sample.filter(**{column: values[0], f"{column}__in": values, f"{column}__not": values[2]}).order_by("id")
    text = query.sql(params_inline=True)
    _, rows = await db.connection.execute_query(text)
    assert [row["label"] for row in rows] == [row.label for row in await query] != []
    assert "/*" not in text


async def test_what_has_no_statement_says_so(db: Database) -> None:
    author = await Author.create(name="Ann")
    with refused(FieldError, "BulkCreateQuery has no statement"):
        Book.bulk_create([Book(title="x", author=author)]).sql()
    with refused(FieldError, "RawSQLQuery has no statement"):
        await Book.raw("SELECT 1").explain()
