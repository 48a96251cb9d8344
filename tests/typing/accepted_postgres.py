"""Fields of PostgreSQL, as both type checkers see what their attributes hold."""

# pyright: strict
# what assert_type gives back is a query that may well go unused
# mypy: disable-error-code="unused-awaitable"

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Optional

from tortoise import Model, fields
from tortoise.expressions import F

# by its home, because the checkers know no package that is spread over several folders, as it is in this repository
from tortoise_dialect_postgres.arrays.field import ArrayField
from tortoise_dialect_postgres.fields.enums import PostgresEnumField
from tortoise_dialect_postgres.fields.hstore import HStoreField
from tortoise_dialect_postgres.fields.network import CidrField, InetField, MacaddrField, Network
from tortoise_dialect_postgres.fields.text import CITextField, IdentityField, IntervalField
from tortoise_dialect_postgres.ranges.fields import DateTimeRangeField, Int4MultirangeField, NumericRangeField
from tortoise_dialect_postgres.ranges.range import Range

if TYPE_CHECKING:
    from typing_extensions import assert_type


class Shelf(Model):
    numbers = ArrayField()
    sizes = ArrayField("bigint", null=True)
    tags = ArrayField(element_type="text", default=list)
    colours = ArrayField("varchar", null=True)
    days = ArrayField(fields.DateField())
    spans = ArrayField(fields.TimeDeltaField(), null=True)
    others = ArrayField("point")
    stated: fields.Field[list[float]] = ArrayField("real")


async def typed() -> None:
    shelf = await Shelf.get(id=1)
    assert_type(shelf.numbers, list[int])
    assert_type(shelf.sizes, Optional[list[int]])
    assert_type(shelf.tags, list[str])
    assert_type(shelf.colours, Optional[list[str]])
    assert_type(shelf.days, list[dt.date])
    assert_type(shelf.spans, Optional[list[dt.timedelta]])
    assert_type(shelf.others, list[Any])
    assert_type(shelf.stated, list[float])
    shelf.tags.append("new")
    made = await Shelf.create(numbers=[1], days=[dt.date(2024, 1, 1)])
    assert_type(made.numbers, list[int])


class Mood(Enum):
    good = "good"
    bad = "bad"


class Booking(Model):
    id = IdentityField()
    span = DateTimeRangeField()
    price = NumericRangeField(null=True)
    seats = Int4MultirangeField(default=list)
    free = Int4MultirangeField(null=True)
    notes = HStoreField(default=dict)
    more = HStoreField(null=True)
    net = CidrField(null=True)
    host = InetField()
    card = MacaddrField(null=True)
    mail = CITextField(null=True)
    stay = IntervalField()
    mood = PostgresEnumField(Mood)
    was = PostgresEnumField(Mood, null=True)
    next = fields.GeneratedField(F("id") + 1, fields.BigIntField())
    before = fields.GeneratedField("id - 1", fields.BigIntField(null=True), stored=False)
    name = fields.CharField(max_length=9, collation="C")


async def typed_too() -> None:
    booking = await Booking.get(id=1)
    assert_type(booking.id, int)
    assert_type(booking.span, Range[dt.datetime])
    assert_type(booking.span.lower, Optional[dt.datetime])
    assert_type(booking.price, Optional[Range[Decimal]])
    assert_type(booking.seats, list[Range[int]])
    assert_type(booking.free, Optional[list[Range[int]]])
    assert_type(booking.notes, dict[str, Optional[str]])
    assert_type(booking.more, Optional[dict[str, Optional[str]]])
    assert_type(booking.net, Optional[Network])
    assert_type(booking.card, Optional[str])
    assert_type(booking.mail, Optional[str])
    assert_type(booking.stay, dt.timedelta)
    assert_type(booking.mood, Mood)
    assert_type(booking.was, Optional[Mood])
    assert_type(booking.next, int)
    assert_type(booking.before, Optional[int])
    assert_type(booking.name, str)
