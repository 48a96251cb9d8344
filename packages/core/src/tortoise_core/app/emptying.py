"""Emptying the tables of all models."""

from __future__ import annotations

from typing import Optional

from tortoise_core.app.tortoise_context import TortoiseContext
from tortoise_core.ast.select import Table
from tortoise_core.ast.writes import Delete
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.relations import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise_core.session.connection import Connection
from tortoise_core.session.transaction_block import transaction_on

#: schema and table
Name = tuple[Optional[str], str]


async def empty_tables(context: TortoiseContext) -> None:
    """Delete every row of every model on its connection, rows that refer to others first."""
    for connection in context.connections.all():
        tables = tables_of(context, connection)
        if tables:
            script = deleting(tables, await connection.ready())
            async with transaction_on(connection) as transaction:
                await transaction.change_schema(script)


def deleting(tables: list[Table], backend: Backend) -> str:
    """A script that empties `tables` in their order."""
    return ";\n".join([backend.compile(Delete(table, None)).sql for table in tables]) + ";"


def tables_of(context: TortoiseContext, connection: Connection) -> list[Table]:
    """The tables of the models on `connection` and between them, each before those it refers to."""
    used = [model for model, its in context.by_model.items() if its is connection]
    metas = [model._meta for model in used]  # type: ignore[attr-defined]  # by_model holds models
    links: dict[Name, Table] = {}
    tables = {(meta.schema, meta.db_table): Table(meta.db_table, meta.schema, meta.db_table) for meta in metas}
    after: dict[Name, set[Name]] = {name: set() for name in tables}
    for meta in metas:
        for relation in meta.relations():
            if isinstance(relation, ManyToManyFieldInstance):
                owner = relation.mirror if relation.generated and relation.mirror else relation
                name = (owner.model._meta.schema, relation.link_table)
                links[name] = Table(relation.link_table, name[0], relation.link_table)
            elif isinstance(relation, ForeignKeyFieldInstance):
                target = relation.related_model._meta
                after[meta.schema, meta.db_table].add((target.schema, target.db_table))
    return [*links.values(), *(tables[name] for name in _referring_first(after) if name not in links)]


def _referring_first(refers: dict[Name, set[Name]]) -> list[Name]:
    """The names in an order in which each stands before those it refers to; references to itself do not count."""
    order: list[Name] = []
    left = {name: (found & refers.keys()) - {name} for name, found in refers.items()}
    while left:
        targets: set[Name] = set().union(*left.values())
        free = [name for name in left if name not in targets] or list(left)
        order += free
        left = {name: found for name, found in left.items() if name not in free}
    return order
