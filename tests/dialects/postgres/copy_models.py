"""What is copied: a table with a generated key and values of many types."""

from __future__ import annotations

from enum import Enum
from typing import Any

from tortoise import Model, fields
from tortoise.contrib.postgres.fields import ArrayField


class Mood(str, Enum):
    GOOD = "good"
    BAD = "bad"


class Parcel(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=40)
    note = fields.TextField(null=True)
    weight = fields.DecimalField(max_digits=12, decimal_places=3, null=True)
    sent = fields.DatetimeField(null=True)
    day = fields.DateField(null=True)
    took = fields.TimeDeltaField(null=True)
    body: Any = fields.JSONField(null=True)
    tag = fields.UUIDField(null=True)
    raw = fields.BinaryField(null=True)
    share = fields.FloatField(null=True)
    mood = fields.CharEnumField(Mood, default=Mood.GOOD, null=True)
    codes = ArrayField(fields.IntField(), null=True)
    label = fields.CharField(max_length=20, source_field="the label", default="plain", null=True)

    class Meta:
        table = 'odd "parcel" $1'
