"""Models that this project and tortoise-orm 1.1.9 both load: only `tortoise` is imported."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.models import Model


class Genre(str, Enum):
    novel = "novel"
    poetry = "poetry"
    science = "science"


class Level(IntEnum):
    low = 1
    high = 2


class Author(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=50)
    born = fields.IntField(null=True)
    books: Any

    def __str__(self) -> str:
        return self.name


class Publisher(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=50, unique=True)
    city = fields.CharField(max_length=50, default="Paris")
    books: Any

    class Meta:
        ordering = ["name"]


class Tag(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=30)
    books: Any

    class Meta:
        table = "label"


class Book(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=100)
    author: Any = fields.ForeignKeyField("models.Author", related_name="books")
    publisher: Any = fields.ForeignKeyField(
        "models.Publisher", related_name="books", null=True, on_delete=fields.SET_NULL
    )
    tags: Any = fields.ManyToManyField("models.Tag", related_name="books", through="book_label")
    genre = fields.CharEnumField(Genre, default=Genre.novel)
    pages = fields.IntField(default=0)
    price = fields.DecimalField(max_digits=8, decimal_places=2, default=Decimal("0"))
    rating = fields.FloatField(null=True)
    cover: Any

    class Meta:
        unique_together = (("title", "author"),)


class Cover(Model):
    book: Any = fields.OneToOneField("models.Book", related_name="cover", primary_key=True)
    colour = fields.CharField(max_length=20)


class Employee(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=50)
    manager: Any = fields.ForeignKeyField("models.Employee", related_name="team", null=True)
    friends: Any = fields.ManyToManyField("models.Employee", related_name="friend_of")
    team: Any


class Everything(Model):
    id = fields.IntField(primary_key=True)
    small = fields.SmallIntField(null=True)
    big = fields.BigIntField(null=True)
    text = fields.TextField(null=True)
    flag = fields.BooleanField(null=True)
    amount = fields.DecimalField(max_digits=12, decimal_places=4, null=True)
    moment = fields.DatetimeField(null=True)
    day = fields.DateField(null=True)
    span = fields.TimeDeltaField(null=True)
    ratio = fields.FloatField(null=True)
    document: Any = fields.JSONField(null=True)
    token = fields.UUIDField(null=True)
    blob = fields.BinaryField(null=True)
    genre = fields.CharEnumField(Genre, null=True)
    level = fields.IntEnumField(Level, null=True)


class Stamped(Model):
    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=20)
    created = fields.DatetimeField(auto_now_add=True)
    changed = fields.DatetimeField(auto_now=True)


EVERYTHING: list[dict[str, Any]] = [
    {
        "small": 7,
        "big": 2**40,
        "text": "Füße",
        "flag": True,
        "amount": Decimal("12.5"),
        "moment": datetime(2024, 2, 29, 23, 30, 15, 123456, tzinfo=timezone.utc),
        "day": date(2024, 2, 29),
        "span": timedelta(days=1, microseconds=5),
        "ratio": 0.5,
        "document": {"a": {"b": [1, 2]}, "c": "x"},
        "token": UUID(int=42),
        "blob": b"\x00\xff",
        "genre": Genre.poetry,
        "level": Level.high,
    },
    {},
    {
        "small": -1,
        "big": -(2**40),
        "text": "",
        "flag": False,
        "amount": Decimal("-3.1415"),
        "moment": datetime(1999, 12, 31, 0, 0, tzinfo=timezone(timedelta(hours=5))),
        "day": date(1970, 1, 1),
        "span": timedelta(seconds=-1),
        "ratio": -1e300,
        "document": [1, "two", None],
        "token": UUID(int=7),
        "blob": b"",
        "genre": Genre.science,
        "level": Level.low,
    },
]


async def seed() -> None:
    """The rows that every program starts with."""
    names = [("Ada", 1815), ("Bo", None), ("Cleo", 1900), ("Änne", 1950)]
    ada, bo, cleo, _ = [await Author.create(name=name, born=born) for name, born in names]
    north, south = [await Publisher.create(name=n, city=c) for n, c in (("North", "Oslo"), ("South", "Rome"))]
    red, green, blue = [await Tag.create(name=name) for name in ("red", "green", "blue")]
    rows = [
        ("Alpha", ada, north, Genre.novel, 100, "9.99", 4.5, (red, green)),
        ("beta", ada, None, Genre.poetry, 40, "19.50", None, (red,)),
        ("Gamma 100%", bo, south, Genre.science, 300, "0.10", 3.0, ()),
        ("delta_x", cleo, south, Genre.novel, 100, "5.00", 2.5, (blue, red)),
        ("Épsilon", cleo, north, Genre.novel, 250, "7.25", None, (green,)),
    ]
    for title, author, publisher, genre, pages, price, rating, tags in rows:
        book = await Book.create(
            title=title, author=author, publisher=publisher, genre=genre,
            pages=pages, price=Decimal(price), rating=rating,
        )  # fmt: skip
        await book.tags.add(*tags)
    await Cover.create(book=await Book.get(title="Alpha"), colour="black")
    chief = await Employee.create(name="chief")
    for name in ("left", "right"):
        await Employee.create(name=name, manager=chief)
    for values in EVERYTHING:
        await Everything.create(**values)
