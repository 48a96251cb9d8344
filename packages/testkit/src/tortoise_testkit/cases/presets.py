"""Defaults of the database: what an insert leaves out comes back with it, and what is given wins."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import ValidationError
from tortoise.expressions import F
from tortoise.fields.base import DatabaseDefault
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import UTC, Colour, Level
from tortoise_testkit.models_fields import Preset, Token, Unread

#: what the database puts in, and a value of a program's own
VALUES: dict[str, tuple[Any, Any]] = {
    "count": (7, 8),
    "text": ('it\'s \\ "so"', "given"),
    "flag": (True, False),
    "price": (Decimal("-1.50"), Decimal("2.25")),
    "ratio": (0.25, 1.5),
    "data": ({"a": ["it's", None]}, []),
    "day": (dt.date(2024, 2, 29), dt.date(2000, 1, 1)),
    "span": (dt.timedelta(hours=1), dt.timedelta(0)),
    "raw": (b"\0\xff'", b""),
    "colour": (Colour.NIGHT, Colour.RED),
    "level": (Level.HIGH, Level.ZERO),
    "nothing": (None, 1),
    "computed": (5, 6),
}
EACH = pytest.mark.parametrize("column", list(VALUES))


def test_before_it_is_stored_the_value_is_unknown() -> None:
    row = Preset(name="a")
    unknown: Any = row.count
    assert isinstance(unknown, DatabaseDefault)
    assert not unknown
    assert repr(unknown) == "DatabaseDefault('count')"
    assert row.both == 1
    assert pickle.loads(pickle.dumps(unknown)).field is unknown.field


@EACH
async def test_what_is_left_out_comes_back(db: Database, column: str) -> None:
    with db.statements() as sent:
        row = await Preset.create(name="a")
    assert len(sent) == 1
    wanted = VALUES[column][0]
    for found in (row, await Preset.get(pk=row.pk)):
        value = getattr(found, column)
        assert value == wanted
        assert type(value) is type(wanted)


@EACH
async def test_what_is_given_wins(db: Database, column: str) -> None:
    given = VALUES[column][1]
    row = await Preset.create(name="a", **{column: given})
    await Preset.bulk_create([Preset(name="b", **{column: given})])
    assert getattr(row, column) == given
    assert await Preset.all().values_list(column, flat=True) == [given, given]


async def test_a_default_of_the_program_goes_first(db: Database) -> None:
    row = await Preset.create(name="a")
    assert (row.both, (await Preset.get(pk=row.pk)).both) == (1, 1)


async def test_none_is_a_value(db: Database) -> None:
    row = await Preset.create(name="a", nothing=None)
    assert row.nothing is None
    with pytest.raises((ValidationError, ValueError), match="count"):
        await Preset.create(name="a", count=None)


async def test_moments_and_random_text(db: Database) -> None:
    before = dt.datetime.now(UTC) - dt.timedelta(minutes=5)
    rows = [await Preset.create(name="a"), await Preset.create(name="b")]
    for row in rows:
        assert before < row.made < dt.datetime.now(UTC) + dt.timedelta(minutes=5)
        assert row.made.utcoffset() == dt.timedelta(0)
        assert len(row.code) == 32
        assert set(row.code) <= set("0123456789abcdef")
    assert rows[0].code != rows[1].code
    assert await Preset.get(made=rows[0].made, code=rows[0].code) == rows[0]


async def test_many_at_once(db: Database) -> None:
    rows = [Preset(name="a"), Preset(name="b", count=1), Preset(name="c"), Preset(id=1000, name="d"), Preset(name="e")]
    await Preset.bulk_create(rows)
    assert [row.count for row in rows] == [7, 1, 7, 7, 7]
    assert len({row.code for row in rows}) == 5
    found = {row.pk: row for row in await Preset.all()}
    assert len(found) == 5
    for row in rows:
        assert (found[row.pk].name, found[row.pk].code, found[row.pk].made) == (row.name, row.code, row.made)
        with db.statements() as sent:
            await row.save()
        assert sent == []


async def test_a_bulk_insert_of_different_rows_is_all_or_nothing(db: Database) -> None:
    bad: Any = Preset(name="x" * 30, count=1)
    with pytest.raises(ValidationError):
        await Preset.bulk_create([Preset(name="a"), bad])
    assert await Preset.all().count() == 0


async def test_what_changed_is_known_afterwards(db: Database) -> None:
    row = await Preset.create(name="a")
    with db.statements() as sent:
        await row.save()
    assert sent == []
    row.count = 9
    row.data["a"] = 1
    await row.save()
    found = await Preset.get(pk=row.pk)
    assert (found.count, found.data) == (9, {"a": 1})


async def test_keys_made_by_the_database(db: Database) -> None:
    row = await Token.create(note="a")
    others = [Token(), Token(key="given"), Token()]
    await Token.bulk_create(others)
    assert len({row.key, *[other.key for other in others]}) == 4
    assert others[1].key == "given"
    assert (await Token.get(key=row.key)).note == "a"
    row.note = "b"
    await row.save()
    assert (await Token.get(pk=row.pk)).note == "b"


async def test_values_that_are_not_read_back(db: Database) -> None:
    row = await Unread.create(name="a")
    unknown: Any = row.count
    assert isinstance(unknown, DatabaseDefault)
    with db.statements() as sent:
        await row.save()
    assert sent == []
    row.name = "b"
    await row.save()
    await row.save(force_update=True)
    with refused(ValidationError, "Unread.count", "refresh_from_db"):
        await Unread.filter(count=unknown)
    with refused(ValidationError, "refresh_from_db", "Unread.count"):
        await Unread.filter(pk=row.pk).update(count=unknown)
    await row.refresh_from_db()
    assert (row.name, row.count, row.data) == ("b", 7, [1])
    more = [Unread(name="c"), Unread(name="d", count=1)]
    await Unread.bulk_create(more)
    assert await Unread.all().order_by("id").values_list("count", flat=True) == [7, 7, 1]
    row.count = F("count") + 1
    await row.save()
    assert row.count == 8


async def test_rows_that_may_conflict(db: Database) -> None:
    row = await Token.create(key="a", note="old")
    rows = [Token(key="a", note="new"), Token(note="made")]
    await Token.bulk_create(rows, update_fields=["note"], on_conflict=["key"])
    assert (await Token.get(pk=row.pk)).note == "new"
    made = await Token.get(note="made")
    assert len(made.key) == 32
    await Preset.bulk_create([Preset(name="a")], ignore_conflicts=True)
    assert (await Preset.get(name="a")).count == 7


async def test_copies_leave_the_same_to_the_database(db: Database) -> None:
    row = copy.copy(Preset(name="a"))
    await row.save()
    assert row.count == 7
