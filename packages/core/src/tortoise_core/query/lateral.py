"""Queries that are joined: for each row of the query around them, the rows they give."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression
from tortoise_core.query.scope import Scope, Term
from tortoise_core.schema.record import Record


class ColumnSource(Protocol):
    """A query whose rows can be joined."""

    def _column_source(self) -> tuple[type[Record], tuple[tuple[str, str], ...], tuple[Any, ...]]:
        """(model, the (key, path) of each column; none for all of them, steps)."""
        ...


class Lateral(Expression):
    """The rows of a query, joined under the name they have in ``annotate(newest=Lateral(query))``.

    The query names columns of the query around it by `OuterRef`, and is one of ``values("id", "title")``, or one of
    instances, which gives all columns. They are reached by paths, ``newest__title``, wherever fields are; awaited
    instances have a dict of them, None where the query gave no row (``filter(newest__isnull=True)``). A query without a
    limit may give several rows, and repeats the row around it for each of them, as a join over a relation does.

    A dialect without the capability `lateral_joins` raises UnSupportedError before anything is sent.
    """

    def __init__(self, query: ColumnSource) -> None:
        if not hasattr(query, "_column_source"):
            raise FieldError(f"Lateral takes a query, such as Model.filter(...).values('id'), not {shown(query)}")
        self.query = query
        self.record, self.pairs, self.steps = query._column_source()
        shapes = tuple([step.shape for step in self.steps])
        self.shape: Hashable = ("Lateral", self.record._meta.token, self.pairs, shapes)
        self.values: tuple[Any, ...] = sum([step.values for step in self.steps], ())

    def resolve(self, scope: Scope) -> Term:
        raise FieldError("a Lateral is joined under a name and is no value: annotate(name=Lateral(...))")
