"""Models whose tables cover every column type, every kind of relation and key, defaults of the database and indexes."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.models import Model


class Colour(str, Enum):
    red = "red"
    green = "green"


class Size(IntEnum):
    small = 1
    large = 2


class Kinds(Model):
    """Every type, all of them nullable."""

    id = fields.IntField(primary_key=True)
    small = fields.SmallIntField(null=True)
    whole = fields.IntField(null=True)
    big = fields.BigIntField(null=True)
    char = fields.CharField(max_length=40, null=True)
    text = fields.TextField(null=True)
    flag = fields.BooleanField(null=True)
    amount = fields.DecimalField(max_digits=12, decimal_places=4, null=True)
    ratio = fields.FloatField(null=True)
    moment = fields.DatetimeField(null=True)
    day = fields.DateField(null=True)
    span = fields.TimeDeltaField(null=True)
    document: Any = fields.JSONField(null=True)
    token = fields.UUIDField(null=True)
    blob = fields.BinaryField(null=True)
    colour = fields.CharEnumField(Colour, null=True)
    size = fields.IntEnumField(Size, null=True)


class Clock(Model):
    """By itself, because 1.1.9 cannot write it on SQLite."""

    id = fields.IntField(primary_key=True)
    at = fields.TimeField(null=True)


class Defaults(Model):
    """What the database fills in, what Python does, and a column of another name."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=20, source_field="label")
    number = fields.IntField(db_default=7)
    word = fields.CharField(max_length=20, db_default="its")
    flag = fields.BooleanField(db_default=True)
    amount = fields.DecimalField(max_digits=6, decimal_places=2, default="1.50")
    colour = fields.CharEnumField(Colour, default=Colour.red)
    made = fields.DatetimeField(db_default=Now())
    created = fields.DatetimeField(auto_now_add=True)
    changed = fields.DatetimeField(auto_now=True)


class Country(Model):
    code = fields.CharField(max_length=2, primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    cities: Any


class City(Model):
    """A key of characters behind it, a unique column that others point to, indexes."""

    id = fields.UUIDField(primary_key=True)
    name = fields.CharField(max_length=40, unique=True)
    country: Any = fields.ForeignKeyField("models.Country", related_name="cities")
    people = fields.IntField(default=0, db_index=True)
    height = fields.IntField(null=True)
    links: Any = fields.ManyToManyField("models.City", related_name="linked")
    twin: Any = fields.ForeignKeyField("models.City", related_name="twins", null=True, on_delete=fields.SET_NULL)

    class Meta:
        table = "towns"
        unique_together = (("country", "name"),)
        indexes = [("people", "height"), Index(fields=["height"], name="by_height")]


class Mayor(Model):
    """Points to a column that is no key, and to each city once."""

    id = fields.SmallIntField(primary_key=True)
    city: Any = fields.OneToOneField("models.City", related_name="mayor", null=True, on_delete=fields.SET_NULL)
    born: Any = fields.ForeignKeyField("models.City", related_name="born", to_field="name", null=True)


class Club(Model):
    """Linked through a table whose names are given."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)
    cities: Any = fields.ManyToManyField(
        "models.City", related_name="clubs", through="club_city", forward_key="town", backward_key="society"
    )


class Charter(Model):
    """Its key is the relation."""

    club: Any = fields.OneToOneField("models.Club", related_name="charter", primary_key=True)
    text = fields.TextField()
