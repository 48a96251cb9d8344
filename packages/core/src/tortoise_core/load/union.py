"""Several queries as one: found by the shapes of all of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from tortoise_core.ast.expressions import Node
from tortoise_core.ast.select import Compound
from tortoise_core.base.errors import ParamsError
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.hydrate import instance_loader
from tortoise_core.load.prepared import Prepared, Steps, cached, declared
from tortoise_core.load.rows import Load
from tortoise_core.query.build import QueryBuild
from tortoise_core.query.layout import Layout
from tortoise_core.query.rewriters import compile_statement
from tortoise_core.query.union import Arm, compound, counted
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor


class Part(NamedTuple):
    """One of the queries; `all`: rows that were there before stay when it is joined to those before it."""

    record: type[Record]
    steps: Steps
    all: bool


Parts = tuple[Part, ...]


def prepare_union(backend: Backend, parts: Parts, tail: Steps, count: bool) -> tuple[Prepared, list[Any]]:
    """(the compiled query, its values). `tail` orders and slices the whole. Raises ParamsError, FieldError."""
    shape: list[Hashable] = ["union", count]
    values: list[Any] = []
    for part in parts:
        shape += [part.record._meta.token, part.all, len(part.steps)]
        for step in part.steps:
            shape.append(step.shape)
            values += step.values
    for step in tail:
        shape.append(step.shape)
        values += step.values
    return cached(backend, shape, values, lambda: _build(backend, parts, tail, count, values)), values


def union_tree(backend: Backend, parts: Parts, tail: Steps, count: bool) -> tuple[Node, list[Any]]:
    """(the tree of a union, its values), of which nothing is kept."""
    steps = [step for part in parts for step in part.steps]
    values = [value for step in (*steps, *tail) for value in step.values]
    node, _ = _joined(backend, parts, tail, values)
    return (counted(node) if count else node), values


def _build(backend: Backend, parts: Parts, tail: Steps, count: bool, values: Sequence[Any]) -> Prepared:
    node, layouts = _joined(backend, parts, tail, values)
    if count:
        return Prepared(compile_statement(backend, counted(node)), None)
    loaders = [instance_loader(record, layout, (), backend) for record, layout in layouts.items()]
    return Prepared(compile_statement(backend, node), loaders[0] if len(loaders) == 1 else _by_mark(loaders))


def _joined(
    backend: Backend, parts: Parts, tail: Steps, values: Sequence[Any]
) -> tuple[Compound, dict[type[Record], Layout]]:
    """(the tree, the layout of each model's rows in the order of their marks)."""
    models = list(dict.fromkeys([part.record for part in parts]))
    arms: list[Arm] = []
    layouts: dict[type[Record], Layout] = {}
    start = 0
    for part in parts:
        request, end = declared(part.steps, start)
        build = QueryBuild(part.record._meta, backend, request, values)
        select, layout = build.select_rows()
        if layout.extras or layout.related or layout.joined:
            raise ParamsError("a union takes queries of columns alone: leave annotate and select_related out")
        mark = models.index(part.record) if len(models) > 1 else None
        arms.append(Arm(select, layout.fields, part.all, mark))
        if layouts.setdefault(part.record, layout).fields != layout.fields:
            raise ParamsError(f"queries of {part.record.__name__} in a union select the same fields in the same order")
        start = end
    return compound(arms, declared(tail, start)[0], backend), layouts


def _by_mark(loaders: Sequence[Load]) -> Load:
    """Rows whose last value says which loader they are for."""

    def load(rows: Sequence[Any], origin: Any) -> list[Any]:
        found: list[Any] = [None] * len(rows)
        for mark, loader in enumerate(loaders):
            places = [at for at, row in enumerate(rows) if row[-1] == mark]
            for at, instance in zip(places, loader([tuple(rows[at])[:-1] for at in places], origin)):
                found[at] = instance
        return found

    return load


async def fetch_union(executor: Executor, parts: Parts, tail: Steps) -> list[Any]:
    """The instances of all the queries."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare_union(backend, parts, tail, False)
    rows = await executor.fetch(prepared.statement.sql, prepared.statement.bind(values))
    assert prepared.load is not None
    return prepared.load(rows, executor.loaded_origin)


async def count_union(executor: Executor, parts: Parts, tail: Steps) -> int:
    """The number of rows that all the queries give together."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare_union(backend, parts, tail, True)
    rows = await executor.fetch(prepared.statement.sql, prepared.statement.bind(values))
    return int(rows[0][0])


__all__ = ["Part", "Parts", "count_union", "fetch_union", "prepare_union", "union_tree"]
