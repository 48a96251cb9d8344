"""Models of columns and indexes that PostgreSQL alone has."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.contrib.postgres.indexes import BrinIndex, GinIndex, GistIndex, HashIndex, SpGistIndex
from tortoise.models import Model


class Shelf(Model):
    id = fields.IntField(primary_key=True)
    numbers = ArrayField(default=[1, 2])
    tags = ArrayField(element_type="text", null=True)
    grid = ArrayField(element_type="int[]", null=True)
    amounts = ArrayField(element_type="numeric(10,2)", null=True)
    moments = ArrayField(element_type="timestamptz", null=True)
    keys = ArrayField(element_type="uuid", null=True)
    names = ArrayField(element_type="varchar(10)", null=True)
    ratios = ArrayField(element_type="double precision", null=True)

    class Meta:
        indexes = [GinIndex(fields=["tags"])]


class Page(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=50)
    body = fields.TextField(null=True)
    data = fields.JSONField(null=True)
    words = TSVectorField(source_fields=["title", "body"], config="english", weights=["A", "B"])
    plain = TSVectorField(source_fields=["title", "body"], config="simple", null=True)
    own = TSVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["words"]),
            GistIndex(fields=["plain"], name="page_plain"),
            HashIndex(fields=["title"], condition={"id": 1}),
            BrinIndex(fields=["id"]),
            SpGistIndex(fields=["body"]),
        ]


async def seed() -> None:
    await Page.create(title="Fat cats", body="The fat cats ate rats", data={"a": {"b": 1}, "s": "x"})
    await Page.create(title="Dogs", body="A dog runs after fat cats", data={"a": 2})
    await Page.create(title="Nothing")
    await Shelf.create(numbers=[1, 10], tags=["a,b", '"', "it's"], grid=[[1, 2], [3, 4]])
    await Shelf.create(numbers=[2, 10], tags=["x"], names=["abc"], ratios=[0.5, 2])
    await Shelf.create(numbers=[])
