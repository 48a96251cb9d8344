"""Queries found by shape: the statement and the loader of its rows, built on first sight."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Callable, Optional, cast

from tortoise_core.ast.expressions import Column, Node
from tortoise_core.base.errors import FieldError
from tortoise_core.dialect.statements import Backend, Statement
from tortoise_core.load.hydrate import explain_failure, instance_loader
from tortoise_core.load.rows import Load, dict_loader, flat_loader, key_loader, term_decoder, tuple_loader
from tortoise_core.query.build import QueryBuild
from tortoise_core.query.build_writes import build_delete, build_update, returning
from tortoise_core.query.clauses.locking import locked
from tortoise_core.query.clauses.values import all_names
from tortoise_core.query.layout import Layout
from tortoise_core.query.per_parent import per_parent
from tortoise_core.query.request import Request
from tortoise_core.query.rewriters import compile_statement, rewriters_of, tokens
from tortoise_core.query.scope import ListValue
from tortoise_core.query.steps import Step
from tortoise_core.schema.converters import decoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ManyToManyFieldInstance, Relation
from tortoise_core.session.executor import Executor

Steps = tuple[Step, ...]
#: what a query gives: its name, and for values the (key, path) pairs
Kind = tuple[Hashable, ...]

ROWS: Kind = ("rows",)
LINKED: Kind = ("linked",)
COUNT: Kind = ("count",)
EXISTS: Kind = ("exists",)
UPDATE: Kind = ("update",)
DELETE: Kind = ("delete",)


def keyed(relation: Relation, sliced: bool) -> Kind:
    """Rows on the far side of `relation`, each behind the key it has there; `sliced`: limits count for each key."""
    return ("keyed", relation, sliced)


def linked_slice(relation: ManyToManyFieldInstance) -> Kind:
    """As LINKED, with limits that count for each key."""
    return ("linked", relation)


def returning_kind(write: Kind, pairs: tuple[tuple[str, str], ...]) -> Kind:
    """What UPDATE or DELETE gives back: dicts of (key, path) each; instances if there are none."""
    return ("returning", write, pairs)


class Prepared:
    """A compiled query: run `statement`, then `load` its rows."""

    __slots__ = ("load", "statement")

    def __init__(self, statement: Statement, load: Optional[Load]) -> None:
        self.statement, self.load = statement, load


def prepare(backend: Backend, record: type[Record], kind: Kind, steps: Steps) -> tuple[Prepared, list[Any]]:
    """(the compiled query, its values). Raises FieldError and UnSupportedError on first sight of a shape."""
    values: list[Any] = []
    shape: list[Hashable] = [record._meta.token, kind]
    for step in steps:
        shape.append(step.shape)
        values += step.values
    width = backend.list_width
    for value in values:
        if type(value) is ListValue:
            shape.append(width(len(value)))
    if rewriters_of(backend):
        shape.append(tokens(backend))
    key = tuple(shape)
    try:
        prepared = backend.statements.get(key)
    except TypeError:  # a part that cannot state its shape: such a query is built each time
        return _build(backend, record, kind, steps, values), values
    if prepared is None:
        prepared = _build(backend, record, kind, steps, values)
        backend.statements.put(key, prepared)
    return prepared, values


def cached(backend: Backend, shape: list[Hashable], values: list[Any], build: Callable[[], Prepared]) -> Prepared:
    """The compiled query of a shape that is not that of one chain of steps; `build` makes it on first sight."""
    shape += [backend.list_width(len(value)) for value in values if type(value) is ListValue]
    if rewriters_of(backend):
        shape.append(tokens(backend))
    key = tuple(shape)
    try:
        prepared: Optional[Prepared] = backend.statements.get(key)
    except TypeError:
        return build()
    if prepared is None:
        prepared = build()
        backend.statements.put(key, prepared)
    return prepared


def declared(steps: Steps, start: int) -> tuple[Request, int]:
    """(what `steps` ask for, the position behind their last value), when their first one has position `start`."""
    request = Request()
    for step in steps:
        step.declare(request, start)
        start += len(step.values)
    return request, start


def _build(backend: Backend, record: type[Record], kind: Kind, steps: Steps, values: Sequence[Any]) -> Prepared:
    request, _ = declared(steps, 0)
    build = QueryBuild(record._meta, backend, request, values)
    node, load = _MAKERS[str(kind[0])](build, record, kind)
    return Prepared(compile_statement(backend, node), load)


def tree_of(backend: Backend, record: type[Record], kind: Kind, steps: Steps) -> tuple[Node, list[Any]]:
    """(the tree of a query, its values), of which nothing is kept."""
    values = [value for step in steps for value in step.values]
    build = QueryBuild(record._meta, backend, declared(steps, 0)[0], values)
    return _MAKERS[str(kind[0])](build, record, kind)[0], values


Made = tuple[Node, Optional[Load]]


def _make_rows(build: QueryBuild, record: type[Record], kind: Kind) -> Made:
    select, layout = build.select_rows()
    terms = [build.annotation(name) for name, _ in layout.extras]
    return locked(build, select), instance_loader(record, layout, terms, build.backend)


def _make_linked(build: QueryBuild, record: type[Record], kind: Kind) -> Made:
    assert build.request.linked is not None
    relation = build.request.linked[0]
    return _pairs(build, build.joins.link_columns(relation), relation.own_key, len(kind) > 1)


def _make_keyed(build: QueryBuild, record: type[Record], kind: Kind) -> Made:
    relation, sliced = cast("tuple[Relation, bool]", kind[1:])  # as `keyed` makes it
    fields = tuple([far for _, far in relation.pairs])
    return _pairs(build, [build.joins.column(build.joins.root, field) for field in fields], fields, sliced)


def _pairs(build: QueryBuild, columns: list[Column], key: Sequence[Field[Any]], sliced: bool) -> Made:
    """Rows as (key, instance), the key read from `columns`; `sliced`: limits count for each key."""
    select, layout = build.select_keyed(columns)
    if sliced:
        select = per_parent(select, columns, [build.joins.column(build.joins.root, f) for f in build.meta.key])
    terms = [build.annotation(name) for name, _ in layout.extras]
    hydrate = instance_loader(build.meta.model, layout, terms, build.backend, len(key))
    keys_of = key_loader([decoder(field, build.backend) for field in key])

    def load(rows: Sequence[Any], origin: Any) -> list[Any]:
        return list(zip(keys_of(rows), hydrate(rows, origin)))

    return select, load


def _make_values(build: QueryBuild, record: type[Record], kind: Kind) -> Made:
    style, pairs = cast("tuple[str, tuple[tuple[str, str], ...]]", kind[1:])  # as `values_kind` makes it
    names = pairs or all_names(build)
    select, terms = build.select_values(names)
    decoders = [term_decoder(term, build.backend) for term in terms]
    node = locked(build, select)
    if style == "dict":
        return node, dict_loader([key for key, _ in names], decoders)
    return node, flat_loader(decoders[0]) if style == "flat" else tuple_loader(decoders)


def _make_returning(build: QueryBuild, record: type[Record], kind: Kind) -> Made:
    write, pairs = cast("tuple[Kind, tuple[tuple[str, str], ...]]", kind[1:])  # as `returning_kind` makes it
    statement = build_update(build) if write == UPDATE else build_delete(build)
    fields = build.meta.columns
    paths = [path for _, path in pairs] if pairs else [field.model_field_name for field in fields]
    node, terms = returning(build, statement, paths)
    if not pairs:
        return node, instance_loader(record, Layout(fields, (), len(fields), ()), (), build.backend)
    return node, dict_loader([key for key, _ in pairs], [term_decoder(term, build.backend) for term in terms])


def values_kind(style: str, pairs: tuple[tuple[str, str], ...]) -> Kind:
    """The kind of a query for dicts ("dict"), tuples ("tuple") or single values ("flat")."""
    if style == "flat" and len(pairs) != 1:
        raise FieldError("values_list(flat=True) takes exactly one field")
    return ("values", style, pairs)


_MAKERS: dict[str, Callable[[QueryBuild, type[Record], Kind], Made]] = {
    "rows": _make_rows,
    "linked": _make_linked,
    "keyed": _make_keyed,
    "values": _make_values,
    "count": lambda build, record, kind: (build.select_count(), None),
    "exists": lambda build, record, kind: (build.select_exists(), None),
    "update": lambda build, record, kind: (build_update(build), None),
    "delete": lambda build, record, kind: (build_delete(build), None),
    "returning": _make_returning,
}


async def fetch(executor: Executor, record: type[Record], kind: Kind, steps: Steps, stored: bool = True) -> list[Any]:
    """Run a query and load its rows; those of instances that are no longer `stored` say so."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    statement = prepared.statement
    rows = await executor.fetch(statement.sql, statement.bind(values))
    assert prepared.load is not None
    try:
        return prepared.load(rows, executor.loaded_origin if stored else None)
    except Exception as error:
        raise explained(error, record, kind, rows, backend)  # noqa: B904  # which has its cause


def explained(error: Exception, record: type[Record], kind: Kind, rows: Sequence[Any], backend: Backend) -> Exception:
    """The error for rows that could not be loaded: one that names the stored value that cannot be read, if one does."""
    better = explain_failure(record, rows, backend) if kind in (ROWS, LINKED) else None
    if better is None:
        return error
    better.__cause__ = error
    return better


async def fetch_one_value(executor: Executor, record: type[Record], kind: Kind, steps: Steps) -> Any:
    """The first value of the first row, undecoded; None without rows."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    rows = await executor.fetch(prepared.statement.sql, prepared.statement.bind(values))
    return rows[0][0] if rows else None


async def fetch_any(executor: Executor, record: type[Record], kind: Kind, steps: Steps) -> bool:
    """True if there is a row, whatever it holds: a group may be that of NULL."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    return bool(await executor.fetch(prepared.statement.sql, prepared.statement.bind(values)))


async def execute(executor: Executor, record: type[Record], kind: Kind, steps: Steps) -> int:
    """Run an UPDATE or DELETE; the number of rows it changed."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    return await executor.execute(prepared.statement.sql, prepared.statement.bind(values))
