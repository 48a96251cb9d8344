"""Writes that nobody awaits say so, with the line they were made in."""

from __future__ import annotations

import asyncio
import gc
import warnings
from typing import Any, Callable

import pytest
import unit_models
from unit_models import Event

from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

DIALECT = standard_dialect(ignore_conflicts=True, update_returning=True, delete_returning=True)
WRITES: dict[str, Callable[[], Any]] = {
    "update()": lambda: Event.filter(id=1).update(name="x"),
    "delete()": lambda: Event.filter(id=1).delete(),
    "update().returning()": lambda: Event.filter(id=1).update(name="x").returning("id"),
    "delete().returning()": lambda: Event.filter(id=1).delete().returning(),
    "bulk_create()": lambda: Event.bulk_create([]),
    "bulk_update()": lambda: Event.all().bulk_update([], ["name"]),
}
each_write = pytest.mark.parametrize(("call", "make"), WRITES.items(), ids=WRITES)


def heard(work: Callable[[], object]) -> list[Any]:
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        work()
        gc.collect()
    return found


@each_write
def test_a_forgotten_write_warns(call: str, make: Callable[[], Any]) -> None:
    (found,) = heard(make)
    assert found.category is RuntimeWarning
    assert str(found.message) == f"Event: {call} was never awaited, so nothing was written"
    assert (found.filename, found.lineno) == (__file__, make.__code__.co_firstlineno)


def test_the_line_is_that_of_the_call() -> None:
    def forget() -> None:
        query = Event.all()
        # a line between
        query.delete()

    (found,) = heard(forget)
    assert found.lineno == forget.__code__.co_firstlineno + 3


def test_a_copy_warns_once() -> None:
    (found,) = heard(lambda: Event.filter(id=1).update(name="x").using_db("default"))
    assert "update()" in str(found.message)
    (found,) = heard(lambda: Event.bulk_create([]).using_db("default"))
    assert "bulk_create()" in str(found.message)


def test_what_is_awaited_or_read_is_quiet() -> None:
    async def main() -> None:
        async with recording(Recorder(), DIALECT, {"units": [unit_models]}):
            for make in WRITES.values():
                await make()
            Event.filter(id=1).delete().sql()

    assert heard(lambda: asyncio.run(main())) == []


def test_what_could_not_be_made_is_quiet() -> None:
    def fail() -> None:
        with pytest.raises(Exception, match="batch_size"):
            Event.bulk_create([], batch_size=0)

    assert heard(fail) == []
