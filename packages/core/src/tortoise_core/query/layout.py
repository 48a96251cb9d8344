"""Where in a row of the result what will be found."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from tortoise_core.query.scope import Term
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


class JoinedRow(NamedTuple):
    """A row of a joined query: its columns by their keys; `found` is NULL where the query gave no row."""

    name: str
    columns: dict[str, Term]
    found: Term

    @property
    def terms(self) -> tuple[Term, ...]:
        """The columns and `found`, as they stand in a result."""
        return (*self.columns.values(), self.found)


class Layout(NamedTuple):
    """Where in a result row what is found. `extras` are annotations: (name, field or None), from `extra_start`.

    The `terms` of each of `joined` follow.
    """

    fields: tuple[Field[Any], ...]
    related: tuple[Related, ...]
    extra_start: int
    extras: tuple[tuple[str, Optional[Field[Any]]], ...]
    joined: tuple[JoinedRow, ...] = ()
