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
