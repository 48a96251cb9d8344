"""Keys without constraint that name rows which are not there."""

from __future__ import annotations

import asyncio
import copy
import pickle
import sys
from collections.abc import Awaitable
from typing import Any, Callable

import pytest

from tortoise_core.model.model import Model
from tortoise_core.queryset.single import FirstQuery
from tortoise_core.schema.fields.data import CharField, IntField
from tortoise_core.schema.relations import ForeignKeyField
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


class Author(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=20)


class Book(Model):
    id = IntField(primary_key=True)
    author = ForeignKeyField("absent.Author", related_name="books", db_constraint=False)
    editor = ForeignKeyField("absent.Author", related_name="edited", db_constraint=False, null=True)


def run(recorder: Recorder, test: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        async with recording(recorder, standard_dialect(), {"absent": [sys.modules[__name__]]}):
            await test()

    asyncio.run(main())


def test_a_key_without_constraint_is_joined_so_that_no_row_is_lost(recorder: Recorder) -> None:
    async def test() -> None:
        assert "LEFT OUTER JOIN" in Book.filter(author__name="Ann").sql()
        assert "LEFT OUTER JOIN" in Book.all().select_related("author").sql()

    run(recorder, test)


def test_a_joined_row_that_is_not_there_is_none(recorder: Recorder) -> None:
    async def test() -> None:
        recorder.answer([(1, 5, None, None, None), (2, 6, None, 6, "Ann")])
        lost, found = await Book.all().select_related("author")
        assert lost.author is None and lost.author_id == 5
        assert found.author.name == "Ann"
        assert copy.copy(lost).author is None
        assert pickle.loads(pickle.dumps(lost)).author is None

    run(recorder, test)


def test_a_key_set_by_hand_since_is_looked_up_anew(recorder: Recorder) -> None:
    async def test() -> None:
        recorder.answer([(1, 5, None, None, None)])
        (book,) = await Book.all().select_related("author")
        book.author_id = 6
        assert isinstance(book.author, FirstQuery)

    run(recorder, test)


@pytest.mark.parametrize(("key", "rows"), [(7, []), (None, None)])
def test_a_prefetched_row_that_is_not_there_is_none(recorder: Recorder, key: Any, rows: Any) -> None:
    async def test() -> None:
        recorder.answer([(1, 5, key)])
        if rows is not None:
            recorder.answer(rows)
        (book,) = await Book.all().prefetch_related("editor")
        assert book.editor is None and book.editor_id == key

    run(recorder, test)


def test_a_joined_key_that_is_null_is_none(recorder: Recorder) -> None:
    async def test() -> None:
        recorder.answer([(1, 5, None, None, None)])
        (book,) = await Book.all().select_related("editor")
        assert book.editor is None

    run(recorder, test)
