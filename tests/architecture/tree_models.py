"""Models whose queries touch every part of the statement tree."""

from __future__ import annotations

from tortoise_core.model.model import Model
from tortoise_core.schema.fields.data import CharField, IntField
from tortoise_core.schema.relations import ForeignKeyField, ManyToManyField


class Shelf(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=20, unique=True, description="what it is called")


class Label(Model):
    id = IntField(primary_key=True)
    name = CharField(max_length=20)


class Book(Model):
    """A book."""

    id = IntField(primary_key=True)
    title = CharField(max_length=50, db_index=True)
    pages = IntField(null=True)
    shelf = ForeignKeyField("tree.Shelf", related_name="books")
    labels = ManyToManyField("tree.Label", related_name="books")


class Place(Model):
    """A key of several columns."""

    row = IntField()
    number = IntField()
    book = ForeignKeyField("tree.Book", related_name="places")

    class Meta:
        primary_key = ("row", "number")
