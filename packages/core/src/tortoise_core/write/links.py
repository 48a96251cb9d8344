"""Rows of the table between two models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Output, Select, Table
from tortoise_core.dialect.statements import Backend, Statement
from tortoise_core.query.rewriters import compile_statement, rewriters_of, tokens
from tortoise_core.query.scope import ListValue
from tortoise_core.schema.converters import store_encoder
from tortoise_core.schema.relations import ManyToManyFieldInstance
from tortoise_core.session.executor import Executor

#: link rows of one INSERT at most
BATCH = 64


class _Links:
    """The statements about one relation's links on one backend."""

    def __init__(self, relation: ManyToManyFieldInstance, backend: Backend) -> None:
        self.relation, self.backend = relation, backend
        schema = (relation.mirror if relation.generated and relation.mirror else relation).model._meta.schema
        name = relation.link_table
        self.table = Table(name, schema, name)
        clock = backend.clock
        self.own = ex.Column(name, relation.own_columns[0], relation.own_key[0].sql_type(clock))
        self.far = ex.Column(name, relation.far_columns[0], relation.far_key[0].sql_type(clock))
        self.encode_own = store_encoder(relation.own_key[0], backend)
        self.encode_far = store_encoder(relation.far_key[0], backend)

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
        owner = pr.Compare("=", self.own, ex.Param(0, self.own.type, self.encode_own, False))
        if keys is None:
            return owner
        items = ex.ListParam(1, self.far.type, self.encode_far, self.backend.list_width(keys))
        return pr.And((owner, pr.InList(self.far, items)))

    def known(self, keys: int) -> Statement:
        """Which of `keys` far keys the owner is linked to."""
        outputs = (Output(self.far, None),)
        node = Select(outputs, self.table, (), self._of_owner(keys), (), None, (), None, None, False)
        return self._cached("known", self.backend.list_width(keys), node)

    def remove(self, keys: Optional[int]) -> Statement:
        """Delete the owner's links to `keys` far keys; None: all."""
        size = -1 if keys is None else self.backend.list_width(keys)
        return self._cached("remove", size, wr.Delete(self.table, self._of_owner(keys)))

    def add(self, count: int) -> Statement:
        """Link the owner at position 0 to the `count` far keys behind it."""
        rows = tuple([self._row(at) for at in range(1, count + 1)])
        columns = (self.own.name, self.far.name)
        node = wr.Insert(self.table, columns, rows, (), self.backend.capabilities.ignore_conflicts)
        return self._cached("add", count, node)

    def _row(self, at: int) -> tuple[ex.Expression, ...]:
        own = ex.Param(0, self.own.type, self.encode_own, False)
        return (own, ex.Param(at, self.far.type, self.encode_far, False))


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
    present = {row[0] for row in rows}
    missing = [key for key in wanted if links.encode_far(key) not in present]
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
