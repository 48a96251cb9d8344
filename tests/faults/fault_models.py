"""The models that the fault tests write and read."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Note(Model):
    id = fields.IntField(primary_key=True)
    text = fields.CharField(max_length=40)
    number = fields.IntField(default=0)


class Entry(Model):
    """A row whose key the test chooses, so that it knows which rows it was told are stored."""

    id = fields.IntField(primary_key=True, generated=False)
    worker = fields.IntField()


class Author(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)


class Reply(Model):
    """What is fetched along with a note, over two relations."""

    id = fields.IntField(primary_key=True)
    note: fields.ForeignKeyRelation[Note] = fields.ForeignKeyField("faults.Note", related_name="replies")
    author: fields.ForeignKeyRelation[Author] = fields.ForeignKeyField("faults.Author")
