"""Instances by SQL of the user's own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import FieldError, OperationalError, ParamsError
from tortoise_testkit.checks import refused, titles
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Book
from tortoise_testkit.samples import fill_shelf


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


async def test_explain(db: Database) -> None:
    await fill_shelf()
    for text in ("Alpha", "it's; DROP TABLE book --"):
        plan = await Book.filter(title=text).explain()
        assert plan
        assert "book" in str(plan).lower()
    assert await Book.all().count() == 4
