"""Queries inside queries, and SQL of the user's own inside them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Optional, Protocol

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.raw import Raw
from tortoise_core.base.errors import FieldError
from tortoise_core.base.named_parameters import Name, check_used, split, value_of
from tortoise_core.base.names import shown
from tortoise_core.query.expressions import Arithmetical
from tortoise_core.query.scope import Scope, Term
from tortoise_core.query.steps.base import Step
from tortoise_core.schema.record import Record


class Selectable(Protocol):
    """A query that can stand inside another one."""

    def _subselect(self) -> tuple[type[Record], tuple[tuple[str, str], ...], tuple[Step, ...]]:
        """(model, the (key, path) of each value; none for the key of the rows, steps)."""
        ...


class Subquery(Arithmetical):
    """The one value of a query: of ``values("field")``, otherwise the key of its rows. Behind ``__in``, all values.

    The query may name columns of the query around it by `OuterRef`.
    """

    def __init__(self, query: Selectable) -> None:
        if not hasattr(query, "_subselect"):
            raise FieldError(f"Subquery takes a query, such as Model.filter(...).values('id'), not {shown(query)}")
        self.query = query
        self.record, self.pairs, self.steps = query._subselect()
        shapes = tuple([step.shape for step in self.steps])
        self.shape: Hashable = ("Subquery", self.record._meta.token, self.pairs, shapes)
        self.values: tuple[Any, ...] = sum([step.values for step in self.steps], ())

    def resolve(self, scope: Scope) -> Term:
        return scope.nested(self)


class OuterRef(Arithmetical):
    """In a `Subquery`: the value of a field of the query around it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.shape: Hashable = ("OuterRef", name)
        self.values: tuple[Any, ...] = ()

    def resolve(self, scope: Scope) -> Term:
        return scope.outer_path(self.name)


class Excluded(Arithmetical):
    """In `update_fields` and `update_where` of `bulk_create`: what the new row has in a field.

    There F is the row that is in the way: ``update_fields={"hits": F("hits") + Excluded("hits")}``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.shape: Hashable = ("Excluded", name)
        self.values: tuple[Any, ...] = ()

    def resolve(self, scope: Scope) -> Term:
        return scope.refused_value(self.name)


class RawSQL(Arithmetical):
    """SQL as it stands, in parentheses, for what has no expression here; it is the user's to keep it portable.

    Values never belong into the text: write ``:name`` and give them in `parameters`.
    """

    def __init__(self, sql: str, parameters: Optional[Mapping[str, Any]] = None) -> None:
        if not isinstance(sql, str):
            raise FieldError(f"RawSQL takes text, not {shown(sql)}")
        self.sql = sql
        # without parameters nothing is looked for, so that a colon is a colon
        self._parts = (sql,) if parameters is None else split(sql)
        values = {} if parameters is None else parameters
        names = [part for part in self._parts if isinstance(part, Name)]
        self.values: tuple[Any, ...] = tuple([value_of(name, values) for name in names])
        check_used(self._parts, values)
        self.shape: Hashable = ("RawSQL", sql, tuple([type(value) for value in self.values]))

    def resolve(self, scope: Scope) -> Term:
        position = iter(self.values)
        parts = tuple([_param(scope, next(position)) if isinstance(p, Name) else str(p) for p in self._parts])
        return Term(Raw(parts, None))


def _param(scope: Scope, value: Any) -> ex.Param:
    found = scope.constant(value).expression
    assert isinstance(found, ex.Param)
    return found
