"""Models for tests without a database."""

from __future__ import annotations

from tortoise_core.model.model import Model
from tortoise_core.schema.fields.data import BooleanField, CharField, DecimalField, IntField
from tortoise_core.schema.fields.documents import JSONField
from tortoise_core.schema.fields.temporal import DatetimeField
from tortoise_core.schema.relations import ForeignKeyField, ManyToManyField


class Team(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=40)


class Tag(Model):
    id = IntField(primary_key=True)
    label = CharField(max_length=20)


class Event(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=40)
    level = IntField(null=True)
    open = BooleanField(default=True)
    price = DecimalField(max_digits=8, decimal_places=2, null=True)
    data = JSONField(null=True)
    at = DatetimeField(null=True)
    team = ForeignKeyField("units.Team", related_name="events")
    tags = ManyToManyField("units.Tag", related_name="events")
