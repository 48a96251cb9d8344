"""A thousand random values of each field type: stored, read back and found again by their value."""

from __future__ import annotations

import datetime as dt
import math
import os
import random
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tortoise import fields
from tortoise.expressions import Q
from tortoise_testkit.harness import Database
from tortoise_testkit.models import KINDS, ROWS, UTC, Colour, Level

#: how many values of each type, and how many of them are looked for
VALUES, LOOKED_FOR = 1000, 40
#: rows that one statement looks for
TOGETHER = 100
#: characters of all kinds: ASCII, quotes and wildcards, accents, beyond 16 bits, combining, right to left
ALPHABET = "abcXYZ 019'\"\\%_!;-\n\t\réßİǅ漢語🐢\U0010ffff\u0301\u202eשלום"


def seed() -> int:
    """That of the environment, to repeat a run, or a new one."""
    return int(os.environ.get("TORTOISE_TEST_SEED") or random.SystemRandom().randrange(2**32))


def whole(bits: int) -> Callable[[random.Random], int]:
    """Whole numbers of any size up to `bits`, the greatest and smallest among them."""

    def make(draw: random.Random) -> int:
        limit = 1 << (draw.randint(1, bits) - 1)
        return draw.choice([draw.randrange(-limit, limit), -limit, limit - 1])

    return make


def text(longest: int) -> Callable[[random.Random], str]:
    return lambda draw: "".join(draw.choices(ALPHABET, k=draw.randint(0, longest)))


def real(draw: random.Random) -> float:
    """Any bit pattern that is a number, infinity too, and plain ones."""
    if draw.random() < 0.3:
        return round(draw.uniform(-1e6, 1e6), draw.randint(0, 6))
    found: float = struct.unpack("<d", draw.randbytes(8))[0] if hasattr(draw, "randbytes") else draw.random()
    return 0.0 if math.isnan(found) else found


def exact(draw: random.Random) -> Decimal:
    """As many digits as the column has, with as many places as it has or fewer."""
    digits = draw.randrange(10 ** draw.randint(0, 30))
    return Decimal(draw.choice([1, -1]) * digits).scaleb(-10)


def moment(draw: random.Random) -> dt.datetime:
    zone = draw.choice([UTC, dt.timezone(dt.timedelta(minutes=draw.randrange(-720, 840)))])
    span = dt.timedelta(days=draw.randrange(3_652_000), microseconds=draw.randrange(86_400_000_000))
    return (dt.datetime(1, 1, 3) + span).replace(tzinfo=zone)


def hour(draw: random.Random) -> dt.time:
    offset = draw.choice([0, 0, draw.randrange(-720, 840)])
    zone = UTC if offset == 0 else dt.timezone(dt.timedelta(minutes=offset))
    fraction = draw.choice([0, draw.randrange(1_000_000)])
    return dt.time(draw.randrange(24), draw.randrange(60), draw.randrange(60), fraction, zone)


def document(draw: random.Random, depth: int = 3) -> Any:
    """JSON of all kinds; never null at the top, which is no document but NULL."""
    leaves: list[Callable[[], Any]] = [
        lambda: whole(53)(draw),
        lambda: round(draw.uniform(-1e9, 1e9), 3),
        lambda: text(12)(draw),
        lambda: draw.choice([True, False]),
    ]
    if depth == 0 or draw.random() < 0.3:
        return draw.choice(leaves)()
    items = [draw.choice([None, document(draw, depth - 1)]) for _ in range(draw.randint(0, 4))]
    return items if draw.random() < 0.5 else {text(8)(draw): item for item in items}


MAKERS: dict[str, Callable[[random.Random], Any]] = {
    "SmallInt": whole(16),
    "Int": whole(32),
    "BigInt": whole(64),
    "Float": real,
    "Char": text(40),
    "Text": text(400),
    "Boolean": lambda draw: draw.choice([True, False]),
    "Decimal": exact,
    "Datetime": moment,
    "Date": lambda draw: dt.date.fromordinal(draw.randint(1, dt.date.max.toordinal())),
    "Time": hour,
    "TimeDelta": lambda draw: dt.timedelta(microseconds=whole(64)(draw)),
    "Binary": lambda draw: bytes(draw.choices(range(256), k=draw.randint(0, 300))),
    "IntEnum": lambda draw: draw.choice(list(Level)),
    "CharEnum": lambda draw: draw.choice(list(Colour)),
    "UUID": lambda draw: UUID(int=draw.getrandbits(128)),
    "JSON": document,
}


#: what is called a field and has no column of a type of its own
WITHOUT_TYPE = {"Field", "GeneratedField", "ForeignKeyField", "OneToOneField", "ManyToManyField"}


def test_every_type_has_its_values() -> None:
    assert MAKERS.keys() == KINDS.keys()
    # aliases are called what they stand for; what makes a field of an enum gives an instance of a class of its own
    offered = {getattr(fields, name).__name__ for name in fields.__all__ if name.endswith("Field")} - WITHOUT_TYPE
    tried = {type(model._meta.fields_map["value"]).__name__ for model in ROWS.values()}
    assert {name.replace("Instance", "") for name in tried} == offered


@pytest.mark.parametrize("kind", list(MAKERS))
async def test_random_values_come_back(db: Database, kind: str) -> None:
    number = seed()
    print(f"TORTOISE_TEST_SEED={number}")
    draw, model = random.Random(number), ROWS[kind]
    values = [MAKERS[kind](draw) for _ in range(VALUES)]
    rows: list[Any] = [model(value=value, maybe=draw.choice([None, value])) for value in values]
    await model.bulk_create(rows)
    found: dict[int, Any] = {row.pk: row for row in await model.all()}
    for row, value in zip(rows, values):
        stored = found[row.pk]
        assert (stored.value, stored.maybe) == (value, row.maybe)
        assert type(stored.value) is type(value)
    for row in await model.all().values("id", "value", "maybe"):
        stored = found[row["id"]]
        assert (row["value"], row["maybe"]) == (stored.value, stored.maybe)
        assert type(row["value"]) is type(stored.value)
    assert await model.all().order_by("id").values_list("value", flat=True) == values
    assert await model.all().order_by("id").values_list("maybe", "value") == [(row.maybe, row.value) for row in rows]
    changed = [name for row in found.values() for name in await changes(db, row)]
    assert changed == []


async def changes(db: Database, row: Any) -> list[str]:
    """The statements that a save of an untouched row sends."""
    with db.statements() as sent:
        await row.save()
    return sent


@pytest.mark.parametrize("kind", list(MAKERS))
async def test_every_stored_value_is_itself(db: Database, kind: str) -> None:
    """Each row is found by its key and its value together, and by no other value than its own."""
    number = seed()
    print(f"TORTOISE_TEST_SEED={number}")
    draw, model = random.Random(number), ROWS[kind]
    rows: list[Any] = [model(value=MAKERS[kind](draw)) for _ in range(VALUES)]
    await model.bulk_create(rows)
    for start in range(0, VALUES, TOGETHER):
        part = rows[start : start + TOGETHER]
        own = Q(*[Q(id=row.id, value=row.value) for row in part], join_type=Q.OR)
        assert await model.filter(own).order_by("id").values_list("id", flat=True) == [row.id for row in part]
        others = Q(*[Q(id=row.id, value__not=row.value) for row in part], join_type=Q.OR)
        assert await model.filter(others).count() == 0


@pytest.mark.parametrize("kind", [kind for kind in MAKERS if kind != "JSON"])
async def test_random_values_are_found(db: Database, kind: str) -> None:
    number = seed()
    print(f"TORTOISE_TEST_SEED={number}")
    draw, model = random.Random(number), ROWS[kind]
    values = [MAKERS[kind](draw) for _ in range(VALUES // 4)]
    rows: list[Any] = [model(value=value) for value in values]
    await model.bulk_create(rows)
    for value in draw.sample(values, LOOKED_FOR):
        expected = [row.pk for row, other in zip(rows, values) if other == value and same_offset(other, value)]
        assert await model.filter(value=value).order_by("id").values_list("id", flat=True) == expected
    some = draw.sample(values, LOOKED_FOR)
    assert await model.filter(value__in=some).count() == sum(any(same_time(v, s) for s in some) for v in values)


def same_offset(left: Any, right: Any) -> bool:
    """Times of the day are told apart by their offsets too, which Python takes to be equal."""
    return not isinstance(left, dt.time) or left.utcoffset() == right.utcoffset()


def same_time(left: Any, right: Any) -> bool:
    return bool(left == right) and same_offset(left, right)
