"""Rows of the table between two models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Output, Select, Table
from tortoise_core.dialect.statements import Backend, Statement
from tortoise_core.query.rewriters import compile_statement, rewriters_of, tokens
from tortoise_core.query.scope import ListValue
from tortoise_core.schema.converters import store_encoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.relations import ManyToManyFieldInstance
from tortoise_core.session.executor import Executor

#: link rows of one INSERT at most
BATCH = 64


class _Side:
    """The columns of a link table that name the rows of one side."""

    def __init__(self, table: str, columns: Sequence[str], key: Sequence[Field[Any]], backend: Backend) -> None:
        encoders = [store_encoder(field, backend) for field in key]
        self.columns = [ex.Column(table, name, f.sql_type(backend.clock)) for name, f in zip(columns, key)]
        whole = len(key) == 1
        self.encoders = encoders if whole else [_part_encoder(at, encode) for at, encode in enumerate(encoders)]

    def params(self, at: int) -> tuple[ex.Param, ...]:
        """The key at position `at`."""
        return tuple([ex.Param(at, c.type, encode, False) for c, encode in zip(self.columns, self.encoders)])

    def is_at(self, at: int) -> ex.Predicate:
        """This side is the row with the key at position `at`."""
        parts = [pr.Compare("=", column, param) for column, param in zip(self.columns, self.params(at))]
        return parts[0] if len(parts) == 1 else pr.And(tuple(parts))

    def among(self, at: int, width: int) -> ex.Predicate:
        """This side is one of the rows with the keys at position `at`."""
        items = tuple([ex.ListParam(at, c.type, encode, width) for c, encode in zip(self.columns, self.encoders)])
        return pr.InList(self.columns[0], items[0]) if len(items) == 1 else pr.InRows(tuple(self.columns), items)

    def encoded(self, key: Any) -> tuple[Any, ...]:
        """A key as the link table holds it."""
        return tuple([encode(key) for encode in self.encoders])


def _part_encoder(at: int, encode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda key: encode(key[at])


class _Links:
    """The statements about one relation's links on one backend."""

    def __init__(self, relation: ManyToManyFieldInstance, backend: Backend) -> None:
        self.relation, self.backend = relation, backend
        name = relation.link_table
        self.table = Table(name, relation.declared.model._meta.schema, name)
        self.own = _Side(name, relation.own_columns, relation.own_key, backend)
        self.far = _Side(name, relation.far_columns, relation.far_key, backend)

    def _cached(self, what: str, size: int, node: ex.Node) -> Statement:
        backend = self.backend
        key = ("links", self.relation, what, size, tokens(backend) if rewriters_of(backend) else None)
        statement: Optional[Statement] = backend.statements.get(key)
        if statement is None:
            statement = compile_statement(backend, node)
            backend.statements.put(key, statement)
        return statement

    def _of_owner(self, keys: Optional[int]) -> ex.Predicate:
        """Links of the owner at position 0, to the list of `keys` far keys at position 1 (None: to any)."""
        owner = self.own.is_at(0)
        if keys is None:
            return owner
        return pr.And((owner, self.far.among(1, self.backend.list_width(keys))))

    def known(self, keys: int) -> Statement:
        """Which of `keys` far keys the owner is linked to."""
        outputs = tuple([Output(column, None) for column in self.far.columns])
        node = Select(outputs, self.table, (), self._of_owner(keys), (), None, (), None, None, False)
        return self._cached("known", self.backend.list_width(keys), node)

    def remove(self, keys: Optional[int]) -> Statement:
        """Delete the owner's links to `keys` far keys; None: all."""
        size = -1 if keys is None else self.backend.list_width(keys)
        return self._cached("remove", size, wr.Delete(self.table, self._of_owner(keys)))

    def add(self, count: int) -> Statement:
        """Link the owner at position 0 to the `count` far keys behind it."""
        rows = tuple([(*self.own.params(0), *self.far.params(at)) for at in range(1, count + 1)])
        columns = tuple([column.name for column in (*self.own.columns, *self.far.columns)])
        conflict = wr.Conflict((), (), None, None, None) if self.backend.capabilities.ignore_conflicts else None
        node = wr.Insert(self.table, columns, rows, (), conflict)
        return self._cached("add", count, node)


def _links_of(relation: ManyToManyFieldInstance, backend: Backend) -> _Links:
    key = ("links", relation)
    links: Optional[_Links] = backend.codecs.get(key)
    if links is None:
        links = backend.codecs[key] = _Links(relation, backend)
    return links


async def add_links(executor: Executor, relation: ManyToManyFieldInstance, owner: Any, keys: Sequence[Any]) -> None:
    """Link `owner` to rows by their keys; links that are there already stay single."""
    backend = executor.backend or await executor.ready()
    links = _links_of(relation, backend)
    wanted = list(dict.fromkeys(keys))
    statement = links.known(len(wanted))
    rows = await executor.fetch(statement.sql, statement.bind([owner, ListValue(wanted)]))
    present = {tuple(row) for row in rows}
    missing = [key for key in wanted if links.far.encoded(key) not in present]
    for start in range(0, len(missing), BATCH):
        part: list[Any] = missing[start : start + BATCH]
        insert = links.add(len(part))
        await executor.execute(insert.sql, insert.bind([owner, *part]))


async def remove_links(
    executor: Executor, relation: ManyToManyFieldInstance, owner: Any, keys: Optional[Sequence[Any]]
) -> None:
    """Take the links of `owner` to `keys` away; None: all of them."""
    backend = executor.backend or await executor.ready()
    statement = _links_of(relation, backend).remove(None if keys is None else len(keys))
    values = [owner] if keys is None else [owner, ListValue(keys)]
    await executor.execute(statement.sql, statement.bind(values))
