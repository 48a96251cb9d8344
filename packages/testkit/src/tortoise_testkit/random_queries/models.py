"""The models of the random queries: things of all types, owned or not, with notes and tags; places of two-part keys."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise_testkit.random_queries.kinds import KINDS


class Owner(Model):
    name = fields.CharField(max_length=30)
    rank = fields.IntField(null=True)

    class Meta:
        table = "rq_owner"


class Label(Model):
    name = fields.CharField(max_length=30, null=True)
    rank = fields.IntField()

    class Meta:
        table = "rq_label"


def _columns() -> dict[str, Any]:
    nullable = {kind.column: kind.make(null=True) for kind in KINDS.values()}
    return {**nullable, **{f"sure_{kind.column}": kind.make() for kind in KINDS.values()}}


class Meta:
    table = "rq_thing"


_make: Any = type(Model)
#: two columns of every type, `serial` (0, 1, 2...), a nullable key and a relation to many labels
Thing: Any = _make(
    "Thing",
    (Model,),
    {
        "__module__": __name__,
        "Meta": Meta,
        "serial": fields.IntField(),
        "owner": fields.ForeignKeyField("models.Owner", related_name="things", null=True),
        "labels": fields.ManyToManyField("models.Label", related_name="things", through="rq_thing_label"),
        **_columns(),
    },
)


class Note(Model):
    name = fields.TextField()
    rank = fields.IntField(null=True)
    thing = fields.ForeignKeyField("models.Thing", related_name="notes")

    class Meta:
        table = "rq_note"


class Place(Model):
    """Its key has two columns."""

    row = fields.CharField(max_length=30)
    spot = fields.IntField()
    name = fields.CharField(max_length=30, null=True)
    size = fields.IntField(null=True)

    class Meta:
        table = "rq_place"
        primary_key = ("row", "spot")


class Item(Model):
    """At a place, or at none."""

    name = fields.CharField(max_length=30, null=True)
    size = fields.IntField()
    place: Any = fields.ForeignKeyField("models.Place", related_name="items", null=True)

    class Meta:
        table = "rq_item"


class Seal(Model):
    """One to a place, at most."""

    name = fields.CharField(max_length=30)
    size = fields.IntField(null=True)
    place: Any = fields.OneToOneField("models.Place", related_name="seal", null=True)

    class Meta:
        table = "rq_seal"


__models__ = [Owner, Label, Thing, Note, Place, Item, Seal]
