"""Ranges and multiranges: stored, read, found, refused."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from dialects.postgres.own_types import DRIVERS, empty_database, run
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres import ranges
from tortoise.contrib.postgres.ranges import Range
from tortoise.exceptions import FieldError, ValidationError
from tortoise.expressions import F
from tortoise.models import Model

UTC = dt.timezone.utc
#: kind of range, and what is configured of time zones
CASES: list[tuple[str, dict[str, Any]]] = [
    *[(kind, {}) for kind in ("Int4", "Int8", "Numeric", "Date", "DateTime")],
    ("DateTime", {"use_tz": False}),
    ("DateTime", {"use_tz": True, "timezone": "Europe/Berlin"}),
]


def model_of(field: type[Any], default: Any, **options: Any) -> type[Model]:
    body = {
        "__module__": __name__,
        "value": field(**options),
        "maybe": field(null=True),
        "given": field(null=True, db_default=default),
        "Meta": type("Meta", (), {"table": "row"}),
    }
    return type("Row", (Model,), body)


class Booking(Model):
    room = fields.IntField()
    nights = ranges.DateRangeField()
    seats = ranges.Int4RangeField(default=Range(1, 5))
    prices = ranges.NumericRangeField(null=True)
    open = ranges.DateTimeRangeField(null=True)
    taken = ranges.Int4MultirangeField(default=list)

    class Meta:
        table = "booking"


@pytest.fixture(scope="module", params=DRIVERS)
def url(request: Any) -> Iterator[str]:
    with empty_database(request.param) as made:
        yield made


def whole(bits: int) -> Callable[[random.Random], int]:
    return lambda draw: draw.randrange(-(1 << bits - 1), (1 << bits - 1) - 1)


DRAW: dict[str, Callable[[random.Random], Any]] = {
    "Int4": whole(32),
    "Int8": whole(64),
    "Numeric": lambda draw: Decimal(draw.randrange(-(10**20), 10**20)).scaleb(-draw.randrange(12)),
    "Date": lambda draw: dt.date.fromordinal(draw.randrange(2, dt.date.max.toordinal() - 1)),
    # not in the night, whose hour that clocks show twice equals no moment of another zone (PEP 495)
    "DateTime": lambda draw: (
        dt.datetime(2, 1, 1, 5, tzinfo=UTC)
        + dt.timedelta(days=draw.randrange(3_600_000), microseconds=draw.randrange(57_600_000_000))
    ),
}


def drawn(kind: str, draw: random.Random) -> Range[Any]:
    if draw.random() < 0.05:
        return Range(empty=True)
    ends = sorted([DRAW[kind](draw), DRAW[kind](draw)])
    lower, upper = [None if draw.random() < 0.1 else end for end in ends]
    return Range(lower, upper, draw.choice(["[)", "[]", "(]", "()"]))


def seeded() -> random.Random:
    number = int(os.environ.get("TORTOISE_TEST_SEED") or random.SystemRandom().randrange(2**32))
    print(f"TORTOISE_TEST_SEED={number}")
    return random.Random(number)


async def untouched(context: TortoiseContext, row: Any) -> list[str]:
    """What a save of an untouched row sends."""
    sent: list[str] = []
    connection: Any = context.db()
    before, connection.listeners = connection.listeners, (lambda sql, seconds, error: sent.append(sql),)
    await row.save()
    connection.listeners = before
    return sent


@pytest.mark.parametrize("several", [False, True], ids=["range", "multirange"])
@pytest.mark.parametrize(("kind", "zone"), CASES, ids=str)
def test_random_values_come_back(url: str, kind: str, several: bool, zone: dict[str, Any]) -> None:
    draw = seeded()

    def value() -> Any:
        one: Any = [drawn(kind, draw) for _ in range(draw.randrange(4))] if several else drawn(kind, draw)
        return naive(one) if zone.get("use_tz") is False else one

    default = value()
    Row: Any = model_of(getattr(ranges, f"{kind}{'Multirange' if several else 'Range'}Field"), default)

    async def body(context: TortoiseContext) -> None:
        given = [value() for _ in range(200)]
        rows = [Row(value=item, maybe=draw.choice([None, item])) for item in given]
        await Row.bulk_create(rows)
        found = await Row.all().order_by("id")
        field = Row._meta.fields_map["value"]
        assert [row.value for row in found] == [field.to_python_value(item) for item in given]
        assert [row.maybe is None for row in found] == [row.maybe is None for row in rows]
        assert all(row.given == field.to_python_value(default) for row in found)
        assert [sent for row in found[:20] for sent in await untouched(context, row)] == []
        assert await Row.all().order_by("id").values_list("value", flat=True) == [row.value for row in found]
        # the server finds what was given, in whatever form it was given
        for row, item in list(zip(found, given))[:20]:
            assert row.pk in await Row.filter(value=item).values_list("id", flat=True)
        if not several:
            some = given[:7]
            ids = await Row.filter(value__in=some).order_by("id").values_list("id", flat=True)
            wanted = [field.to_python_value(item) for item in some]
            assert ids == [row.pk for row in found if row.value in wanted]
        for row in found[:10]:
            row.value = found[-1].value
        await Row.bulk_update(found[:10], fields=["value"])
        assert await Row.filter(value=found[-1].value).count() >= 11
        await Row.filter(id=found[0].pk).update(value=given[1], maybe=None)
        assert (await Row.get(id=found[0].pk)).value == field.to_python_value(given[1])

    run(url, body, Row, **zone)


def naive(value: Any) -> Any:
    if isinstance(value, list):
        return [naive(item) for item in value]
    ends = [end and end.replace(tzinfo=None) for end in (value.lower, value.upper)]
    return value if value.empty else Range(ends[0], ends[1], value.bounds)


#: lookup, operand -> the seats that are found
LOOKUPS: list[tuple[str, Any, set[tuple[int, int]]]] = [
    ("seats", Range(1, 5), {(1, 5)}),
    ("seats", (1, 5), {(1, 5)}),
    ("seats__not", Range(1, 5), {(3, 9), (20, 30)}),
    ("seats__in", [Range(1, 4, "[]"), (20, 30)], {(1, 5), (20, 30)}),
    ("seats__not_in", [Range(1, 5)], {(3, 9), (20, 30)}),
    ("seats__contains", 3, {(1, 5), (3, 9)}),
    ("seats__contains", Range(4, 6), {(3, 9)}),
    ("seats__contained_by", Range(0, 10), {(1, 5), (3, 9)}),
    ("seats__overlap", Range(8, 21), {(3, 9), (20, 30)}),
    ("seats__fully_lt", Range(9, 10), {(1, 5), (3, 9)}),
    ("seats__fully_gt", Range(1, 5), {(20, 30)}),
    ("seats__not_lt", Range(3, 4), {(3, 9), (20, 30)}),
    ("seats__not_gt", Range(0, 9), {(1, 5), (3, 9)}),
    ("seats__adjacent_to", Range(5, 7), {(1, 5)}),
    ("seats__gt", Range(1, 5), {(3, 9), (20, 30)}),
    ("seats__startswith", 3, {(3, 9)}),
    ("seats__startswith__gte", 3, {(3, 9), (20, 30)}),
    ("seats__endswith__in", [5, 30], {(1, 5), (20, 30)}),
    ("seats__isempty", False, {(1, 5), (3, 9), (20, 30)}),
    ("seats__isempty", True, set()),
    ("seats__upper_inf", False, {(1, 5), (3, 9), (20, 30)}),
    ("taken__contains", 2, {(1, 5)}),
    ("taken__contains", Range(11, 12), {(1, 5)}),
    ("taken__overlap", [Range(0, 1), Range(12, 14)], {(1, 5)}),
    ("taken", [Range(10, 15), Range(1, 3)], {(1, 5)}),
    ("taken__isempty", True, {(3, 9), (20, 30)}),
    ("taken__endswith", 15, {(1, 5)}),
    ("nights__startswith__year", 2024, {(1, 5), (3, 9)}),
    ("nights__contains", dt.date(2024, 1, 2), {(1, 5)}),
    ("prices__contains", "2.5", {(1, 5)}),
    ("prices__isnull", True, {(20, 30)}),
    ("open__contains", dt.datetime(2024, 1, 1, 12, tzinfo=UTC), {(3, 9)}),
    ("seats__contains", F("room"), {(1, 5), (3, 9)}),
    ("seats__overlap", F("seats"), {(1, 5), (3, 9), (20, 30)}),
]


async def bookings() -> None:
    day = dt.date(2024, 1, 1)
    await Booking.bulk_create(
        [
            Booking(
                room=2,
                nights=(day, dt.date(2024, 1, 4)),
                prices=Range(Decimal(1), Decimal("2.5"), "[]"),
                taken=[Range(10, 15), (1, 3)],
            ),
            Booking(
                room=5,
                nights=(dt.date(2024, 5, 1), None),
                seats=(3, 9),
                prices=(10, None),
                open=(dt.datetime(2024, 1, 1, tzinfo=UTC), dt.datetime(2024, 1, 2, tzinfo=UTC)),
            ),
            Booking(room=3, nights=(None, day), seats=(20, 30)),
        ]
    )


def test_lookups(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        await bookings()
        for lookup, operand, wanted in LOOKUPS:
            found = await Booking.filter(**{lookup: operand}).values_list("seats", flat=True)
            assert {(each.lower, each.upper) for each in found} == wanted, (lookup, operand)
            left = await Booking.exclude(**{lookup: operand}).count()
            assert left <= 3 - len(wanted), (lookup, operand)

    run(url, body, Booking)


def test_parts_in_values_and_order(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        await bookings()
        assert await Booking.all().order_by("-seats__startswith").values_list("seats__startswith", flat=True) == [
            20,
            3,
            1,
        ]
        rows = await Booking.annotate(first=F("nights__startswith")).order_by("id").values("first", "seats__isempty")
        assert rows[0] == {"first": dt.date(2024, 1, 1), "seats__isempty": False}
        assert rows[2]["first"] is None
        assert await Booking.filter(seats__startswith__lt=F("room")).count() == 2

    run(url, body, Booking)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seats": 5}, "no Range"),
        ({"seats": (1, 2, 3)}, "no Range"),
        ({"seats": (5, 1)}, "above its upper bound"),
        ({"seats": (0, 2**40)}, "out of range"),
        ({"seats": ("a", "b")}, "Booking.seats"),
        ({"prices": (Decimal("NaN"), None)}, "Booking.prices"),
        ({"taken": Range(1, 2)}, "no list of ranges"),
        ({"nights": (dt.date.max, dt.date.max), "seats": Range(None, 2**31 - 1, "[]")}, "Booking.seats"),
    ],
)
def test_wrong_values_name_their_field(url: str, options: dict[str, Any], message: str) -> None:
    async def body(context: TortoiseContext) -> None:
        with pytest.raises(ValidationError, match=message):
            await Booking.create(**{"room": 1, "nights": (None, None), **options})

    run(url, body, Booking)


def test_lookups_that_do_not_fit_are_refused(url: str) -> None:
    async def body(context: TortoiseContext) -> None:
        with pytest.raises(FieldError, match="adjacent_to"):
            await Booking.filter(seats__icontains="x")
        with pytest.raises(FieldError, match="seats"):
            await Booking.filter(seats__overlaps=Range(1, 2))
        with pytest.raises(FieldError, match='no lookup "in"'):
            await Booking.filter(taken__in=[[Range(1, 2)]])
        with pytest.raises(ValidationError, match="seats__contains"):
            await Booking.filter(seats__contains="x")
        with pytest.raises(FieldError, match="None"):
            await Booking.filter(seats__overlap=None)

    run(url, body, Booking)


def test_the_value() -> None:
    one = Range(1, 5)
    assert (1 in one, 5 in one, 0 in one) == (True, False, False)
    assert (5 in Range(1, 5, "[]"), 1 in Range(1, 5, "(]"), 9 in Range(1, None), 1 in Range(empty=True)) == (
        True,
        False,
        True,
        False,
    )
    assert one == Range(1, 5) != Range(1, 5, "[]") and hash(one) == hash(Range(1, 5))
    assert Range(3, 3) == Range(empty=True) and Range(None, 3, "[]").bounds == "(]"
    assert pickle.loads(pickle.dumps(one)) == one and eval(repr(one)) == one
    with pytest.raises(AttributeError):
        one.lower = 3
    with pytest.raises(ValueError, match="bounds"):
        Range(1, 2, "[")
    assert one != (1, 5)
