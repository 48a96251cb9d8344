"""Where in a row of the result what will be found."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.relations import Relation


class Related(NamedTuple):
    """A related row in the result: the relation path, its model, its columns, and where they begin."""

    path: tuple[str, ...]
    relation: Relation
    meta: MetaInfo
    fields: tuple[Field[Any], ...]
    start: int


class Layout(NamedTuple):
    """Where in a result row what is found. `extras` are annotations: (name, field or None), from `extra_start`."""

    fields: tuple[Field[Any], ...]
    related: tuple[Related, ...]
    extra_start: int
    extras: tuple[tuple[str, Optional[Field[Any]]], ...]
