"""A column of every kind, all of which may be NULL."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model, ModelMeta
from tortoise_testkit.lookup_matrix.kinds import KINDS

_columns = {name: kind.make(null=True) for name, kind in KINDS.items()}
_made: Any = ModelMeta(
    "Cell", (Model,), {"__module__": __name__, "serial": fields.IntField(primary_key=True, generated=False), **_columns}
)
Cell: type[Model] = _made

__models__ = [Cell]
