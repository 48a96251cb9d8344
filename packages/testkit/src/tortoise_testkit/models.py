"""The models of the suite: a bookshop, people who know each other, and a model per field type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from tortoise import fields
from tortoise.models import Model, ModelMeta

# -- a bookshop


class Country(Model):
    name = fields.CharField(max_length=40, unique=True)


class Author(Model):
    name = fields.CharField(max_length=40)
    born = fields.IntField(null=True)
    country = fields.ForeignKeyField("models.Country", related_name="authors", null=True)


class Publisher(Model):
    name = fields.CharField(max_length=40, unique=True)
    country = fields.ForeignKeyField("models.Country", related_name="publishers", null=True)


class Tag(Model):
    name = fields.CharField(max_length=20, unique=True)


class Book(Model):
    title = fields.CharField(max_length=60)
    pages = fields.IntField(null=True)
    price = fields.DecimalField(max_digits=8, decimal_places=2, null=True)
    author = fields.ForeignKeyField("models.Author", related_name="books")
    editor = fields.ForeignKeyField("models.Author", related_name="edited", null=True, on_delete=fields.SET_NULL)
    publisher = fields.ForeignKeyField("models.Publisher", related_name="books", null=True)
    tags = fields.ManyToManyField("models.Tag", related_name="books")


class Ranked(Model):
    """Has an order of its own."""

    name = fields.CharField(max_length=20)
    rank = fields.IntField()

    class Meta:
        ordering = ["-rank", "name"]


# -- people


class Person(Model):
    name = fields.CharField(max_length=40)
    boss = fields.ForeignKeyField("models.Person", related_name="staff", null=True, on_delete=fields.SET_NULL)
    friends = fields.ManyToManyField("models.Person", related_name="befriended_by")


# -- keys of other types


class Word(Model):
    text = fields.CharField(max_length=50, primary_key=True)
    weight = fields.IntField(default=0)


class Meaning(Model):
    word = fields.ForeignKeyField("models.Word", related_name="meanings")
    gloss = fields.TextField()


class Ticket(Model):
    key = fields.UUIDField(primary_key=True)
    subject = fields.CharField(max_length=50)
    words = fields.ManyToManyField("models.Word", related_name="tickets")


class Numbered(Model):
    """A key that the program gives."""

    number = fields.IntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=20, null=True)


# -- writing


class Account(Model):
    owner = fields.CharField(max_length=20, unique=True)
    balance = fields.IntField(default=0)
    note = fields.TextField(null=True)

    @cached_property
    def shout(self) -> str:
        """Text made once, to see that cached properties work."""
        return self.owner.upper()


class Document(Model):
    title = fields.CharField(max_length=20, default="untitled")
    body = fields.JSONField(default=dict)
    extra = fields.JSONField(null=True)


class Stamped(Model):
    name = fields.CharField(max_length=20)
    made = fields.DatetimeField(auto_now_add=True)
    changed = fields.DatetimeField(auto_now=True)


class Seat(Model):
    """Two columns that are unique together."""

    row = fields.IntField()
    place = fields.IntField()

    class Meta:
        unique_together = (("row", "place"),)


# -- names that must be quoted


class Odd(Model):
    """Table and columns are called what a careless statement would fall over."""

    plain = fields.CharField(max_length=20, source_field='se"lect')
    group = fields.IntField(source_field="order", default=0)
    spaced = fields.IntField(source_field="two words; --", null=True)

    class Meta:
        table = 'ta"ble '


# -- rows for lookups


class Sample(Model):
    """One column of every comparable type, all of which may be NULL."""

    label = fields.CharField(max_length=10)
    small = fields.SmallIntField(null=True)
    number = fields.IntField(null=True)
    big = fields.BigIntField(null=True)
    ratio = fields.FloatField(null=True)
    name = fields.CharField(max_length=100, null=True)
    text = fields.TextField(null=True)
    flag = fields.BooleanField(null=True)
    price = fields.DecimalField(max_digits=12, decimal_places=3, null=True)
    moment = fields.DatetimeField(null=True)
    key = fields.UUIDField(null=True)


# -- one model per field type


class Level(IntEnum):
    LOW = -(2**15)
    ZERO = 0
    HIGH = 2**15 - 1


class Colour(Enum):
    RED = "red"
    NIGHT = "tief 漢 it's"
    NONE = ""


class Kind(NamedTuple):
    """A field type under test: its field, values to store, values that are refused."""

    make: Callable[..., Any]
    #: the first is the default of column `fixed`, the second what column `made` gets from a callable
    values: tuple[Any, ...]
    refused: tuple[Any, ...]


UTC = dt.timezone.utc
DAY = dt.datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC)
KINDS: dict[str, Kind] = {
    "SmallInt": Kind(
        fields.SmallIntField, (7, 8, 0, -1, -(2**15), 2**15 - 1), (2**15, -(2**15) - 1, "x", 1.5, Decimal("1.5"))
    ),
    "Int": Kind(fields.IntField, (7, 8, 0, -1, -(2**31), 2**31 - 1), (2**31, -(2**31) - 1, "x", 1.5, Decimal("1.5"))),
    "BigInt": Kind(fields.BigIntField, (7, 8, 0, -1, -(2**63), 2**63 - 1), (2**63, -(2**63) - 1, "x", 1.5, [])),
    "Float": Kind(
        fields.FloatField, (0.5, 1.25, 0.0, -1.5, 0.1, 1e300, 5e-324, 1.7976931348623157e308), ("x", "", [1])
    ),
    "Char": Kind(
        lambda **more: fields.CharField(max_length=40, **more),
        ("one", "two", "", " ", " both ", "it's", 'say "hi"', "50%_\\", "ünï 漢字 🐢", "a\nb\tc\r", "x" * 40),
        ("x" * 41, "\ud800", b"x", ["x"]),
    ),
    "Text": Kind(
        fields.TextField,
        ("one", "two", "", "it's; --", '\\"%_', "🐢\U0010ffff", "e\u0301", "line\r\n" * 2000),
        ("\udfff", b"x", {}),
    ),
    "Boolean": Kind(fields.BooleanField, (True, False), (2, "yes", [])),
    "Decimal": Kind(
        lambda **more: fields.DecimalField(max_digits=30, decimal_places=10, **more),
        (
            Decimal("1.5"), Decimal("-2.25"), Decimal(0), Decimal("0.0000000001"),
            Decimal("99999999999999999999.9999999999"), Decimal("-99999999999999999999.9999999999"),
        ),
        (Decimal(10) ** 20, "x", Decimal("NaN"), Decimal("Infinity")),
    ),
    "Datetime": Kind(
        fields.DatetimeField,
        (
            DAY, dt.datetime(2000, 1, 1, tzinfo=UTC), dt.datetime(1970, 1, 1, tzinfo=UTC),
            dt.datetime(1, 1, 2, tzinfo=UTC), dt.datetime(9999, 12, 30, 1, 2, 3, 4, tzinfo=UTC),
            dt.datetime(2024, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=5))),
        ),
        ("yesterday", [], object()),
    ),
    "Date": Kind(
        fields.DateField,
        (dt.date(2024, 2, 29), dt.date(2000, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31)),
        ("yesterday", 5, "2024-13-01", []),
    ),
    "Time": Kind(
        fields.TimeField,
        (
            dt.time(23, 59, 59, 999999, UTC), dt.time(1, 2, 3, tzinfo=UTC), dt.time(tzinfo=UTC),
            dt.time(12, 30, 0, 5, dt.timezone(dt.timedelta(hours=5))),
            dt.time(7, 0, 0, 0, dt.timezone(-dt.timedelta(hours=3, minutes=30))),
        ),
        ("noon", 5, "25:00", dt.timedelta(days=1), []),
    ),
    "TimeDelta": Kind(
        fields.TimeDeltaField,
        (
            dt.timedelta(1, 2, 3), dt.timedelta(hours=1), dt.timedelta(), dt.timedelta(microseconds=-1),
            dt.timedelta(microseconds=2**63 - 1), dt.timedelta(microseconds=-(2**63)),
        ),
        ("long", 1.5, dt.timedelta.max, 2**63, []),
    ),
    "Binary": Kind(
        fields.BinaryField,
        (b"one", b"two", b"", b"\0\xff it's", bytes(range(256)) * 40),
        ("text", 5, ["x"]),
    ),
    "IntEnum": Kind(lambda **more: fields.IntEnumField(Level, **more), tuple(Level), (7, "x", Colour.RED, 1.5)),
    "CharEnum": Kind(lambda **more: fields.CharEnumField(Colour, **more), tuple(Colour), ("r", 5, Level.LOW, "RED")),
    "UUID": Kind(
        fields.UUIDField,
        (UUID(int=7), UUID("12345678-1234-5678-1234-567812345678"), UUID(int=0), UUID(int=2**128 - 1)),
        ("x", 5, "12345678"),
    ),
    "JSON": Kind(
        fields.JSONField,
        (
            {"a": 1}, [1, "two", None], {}, [], "null", "text", 0, 1.5, True, False,
            {"deep": [{"er": [[], {}]}], "ünï": "🐢", "quote'\"\\": "it's"}, 2**53, "",
        ),
        (object(), {1, 2}, float("nan")),
    ),
}  # fmt: skip


def _row_model(name: str, kind: Kind) -> type[Model]:
    first, second = kind.values[:2]
    columns = {
        "value": kind.make(),
        "maybe": kind.make(null=True),
        "fixed": kind.make(default=first),
        "made": kind.make(default=lambda: second),
    }
    made: Any = ModelMeta(f"{name}Row", (Model,), {"__module__": __name__, **columns})
    model: type[Model] = made
    return model


ROWS: dict[str, type[Model]] = {name: _row_model(name, kind) for name, kind in KINDS.items()}

__models__ = [
    Country, Author, Publisher, Tag, Book, Ranked, Person, Word, Meaning, Ticket, Numbered, Account, Document,
    Stamped, Seat, Odd, Sample, *ROWS.values(),
]  # fmt: skip
