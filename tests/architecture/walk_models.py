"""The models of the page that walks a query."""

from __future__ import annotations

from tortoise_core.model.model import Model
from tortoise_core.schema.fields.data import CharField, IntField
from tortoise_core.schema.relations import ForeignKeyField


class Team(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=40)


class Event(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=40)
    level = IntField(null=True)
    team = ForeignKeyField("walk.Team", related_name="events")
