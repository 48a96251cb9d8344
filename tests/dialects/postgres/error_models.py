"""Tables with a constraint of every sort."""

from __future__ import annotations

from typing import Any

from tortoise import Model, fields
from tortoise.migrations.constraints import CheckConstraint


class Owner(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=20, unique=True)


class Thing(Model):
    id = fields.IntField(primary_key=True)
    owner: Any = fields.ForeignKeyField("errors.Owner", related_name="things", on_delete=fields.RESTRICT)
    low = fields.IntField(default=0)
    high = fields.IntField(default=1)

    class Meta:
        unique_together = (("low", "high"),)
        constraints = (CheckConstraint(check="low < high", name="in_order"),)
