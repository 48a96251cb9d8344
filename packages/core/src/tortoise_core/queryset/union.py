"""Several queries as one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Sequence
from typing import Any, TypeVar

from tortoise_core.ast.expressions import Node
from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import shown
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.prepared import Prepared, Steps
from tortoise_core.load.union import Part, Parts, count_union, fetch_union, prepare_union, union_tree
from tortoise_core.query.steps import Limit, Offset, OrderBy
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.queryset.instances import InstanceQuery
from tortoise_core.schema.record import R
from tortoise_core.session.context import Using

UQ = TypeVar("UQ", bound="UnionQuery[Any]")


def parts_of(queries: Sequence[Any], all_rows: bool) -> Parts:
    """The parts of a union. Raises ParamsError for what is no query of instances."""
    parts: list[Part] = []
    for query in queries:
        if isinstance(query, UnionQuery):
            parts += query._nested(all_rows)
        elif isinstance(query, InstanceQuery):
            parts.append(Part(query.model, query._steps, all_rows))
        else:
            raise ParamsError(f"union() takes queries of instances, not {shown(query)}")
    if len(parts) < 2:
        raise ParamsError("union() takes at least one other query")
    return tuple(parts)


class UnionQuery(AwaitableQuery[R]):
    """The rows of several queries. Order, limit and offset are those of the whole."""

    __slots__ = ("_parts",)

    def __init__(self, model: type[R], using: Using, parts: Parts, tail: Steps = ()) -> None:
        super().__init__(model, tail, using)
        self._parts = parts

    def _copy(self: UQ) -> UQ:
        query = super()._copy()
        query._parts = self._parts
        return query

    def _nested(self, all_rows: bool) -> Parts:
        """The parts, as the beginning of another union or further ones of it."""
        if self._steps:
            raise ParamsError("a union inside another one has no order, limit or offset of its own")
        return self._parts

    def _prepare(self, backend: Backend) -> tuple[Prepared, list[Any]]:
        return prepare_union(backend, self._parts, self._steps, False)

    def _tree(self, backend: Backend) -> tuple[Node, list[Any]]:
        return union_tree(backend, self._parts, self._steps, False)

    def union(self: UQ, *other_qs: Any, all: bool = False) -> UQ:
        """The rows of further queries too, equal ones once unless `all`."""
        query = self._copy()
        query._parts = parts_of((self, *other_qs), all)
        return query

    def order_by(self: UQ, *orderings: str) -> UQ:
        """Order by fields of the first query; "-name" is descending. Replaces an earlier order."""
        return self._with(OrderBy(orderings))

    def limit(self: UQ, limit: int) -> UQ:
        """At most `limit` rows of the whole. Raises ParamsError if it is negative."""
        return self._with(Limit(limit))

    def offset(self: UQ, offset: int) -> UQ:
        """Leave the first `offset` rows out. Raises ParamsError if it is negative."""
        return self._with(Offset(offset))

    def count(self) -> UnionCountQuery[R]:
        """The number of rows."""
        return UnionCountQuery(self.model, self._using, self._parts, self._steps)

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return fetch_union(self._executor(), self._parts, self._steps).__await__()

    async def __aiter__(self) -> AsyncIterator[R]:
        for instance in await self:
            yield instance


class UnionCountQuery(UnionQuery[R]):
    """The number of rows that several queries give together."""

    __slots__ = ()

    def _prepare(self, backend: Backend) -> tuple[Prepared, list[Any]]:
        return prepare_union(backend, self._parts, self._steps, True)

    def _tree(self, backend: Backend) -> tuple[Node, list[Any]]:
        return union_tree(backend, self._parts, self._steps, True)

    def __await__(self) -> Generator[Any, Any, int]:  # type: ignore[override]  # a number in the place of rows
        return count_union(self._executor(), self._parts, self._steps).__await__()
