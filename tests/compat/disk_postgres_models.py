"""Models of what PostgreSQL alone has: arrays of every type of item, and vectors of words."""

from __future__ import annotations

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField, TSVectorField
from tortoise.contrib.postgres.indexes import GinIndex
from tortoise.models import Model


class Lists(Model):
    id = fields.IntField(primary_key=True)
    small = ArrayField(element_type="smallint", null=True)
    whole = ArrayField(null=True)
    big = ArrayField(element_type="bigint", null=True)
    char = ArrayField(element_type="char(3)", null=True)
    varchar = ArrayField(element_type="varchar(10)", null=True)
    text = ArrayField(element_type="text", null=True)
    flag = ArrayField(element_type="boolean", null=True)
    amount = ArrayField(element_type="numeric(12,4)", null=True)
    ratio = ArrayField(element_type="double precision", null=True)
    moment = ArrayField(element_type="timestamptz", null=True)
    day = ArrayField(element_type="date", null=True)
    document = ArrayField(element_type="jsonb", null=True)
    token = ArrayField(element_type="uuid", null=True)
    blob = ArrayField(element_type="bytea", null=True)
    grid = ArrayField(element_type="int[]", null=True)
    preset = ArrayField(element_type="text", default=["it's", '"'])

    class Meta:
        indexes = [GinIndex(fields=["text"])]


class Note(Model):
    id = fields.IntField(primary_key=True)
    title = fields.CharField(max_length=50)
    body = fields.TextField(null=True, source_field="text_body")
    words = TSVectorField(source_fields=["title", "body"], config="english", weights=["A", "B"])
    plain = TSVectorField(source_fields=("title",), config="simple", null=True)
    own = TSVectorField(null=True, source_field="by_hand")

    class Meta:
        indexes = [GinIndex(fields=["words"], name="note_words")]
