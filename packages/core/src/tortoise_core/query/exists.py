"""EXISTS: a query inside another one, of which it only matters whether it gives any row."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Protocol

from tortoise_core.ast import predicates as pr
from tortoise_core.ast.subqueries import Truth
from tortoise_core.ast.types import Boolean
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope, Term
from tortoise_core.query.steps.base import Step
from tortoise_core.schema.record import Record


class RowSource(Protocol):
    """A query whose rows can be asked for inside another one."""

    def _row_source(self) -> tuple[type[Record], tuple[Step, ...]]:
        """(model, steps)."""
        ...


class Exists(Q, Expression):
    """True if a query gives any row. ``~Exists(query)``: if it gives none.

    A condition, alone and in Q objects (``filter(Exists(...) | Q(age=3))``), and a value: ``annotate(any=Exists(...))``
    gives True or False. The query may name columns of the query around it by `OuterRef`.
    """

    def __init__(self, query: RowSource) -> None:
        if not hasattr(query, "_row_source"):
            raise FieldError(f"Exists takes a query, such as Model.filter(...), not {shown(query)}")
        super().__init__()
        self.query = query
        self.record, self.steps = query._row_source()
        self._named("Exists")
        self.values: tuple[Any, ...] = sum([step.values for step in self.steps], ())

    def _named(self, name: str) -> None:
        steps = tuple([step.shape for step in self.steps])
        self.shape: Hashable = (name, self.record._meta.token, steps)

    def resolve(self, scope: Scope) -> Term:
        found = scope.exists(self)
        return Term(Truth(pr.Not(found) if self.negated else found, Boolean()))

    def __invert__(self) -> Exists:
        opposite = Exists(self.query)
        opposite._negated = not self._negated
        opposite._named("NotExists" if opposite._negated else "Exists")
        return opposite

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"{'~' if self._negated else ''}Exists({self.record.__name__} query)"
