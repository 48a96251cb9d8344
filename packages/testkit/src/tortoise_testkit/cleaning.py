"""Emptying the tables of the suite's models between cases."""

from __future__ import annotations

from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction
from tortoise_core.ast.select import Table
from tortoise_core.ast.writes import Delete
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.relations import ForeignKeyFieldInstance, ManyToManyFieldInstance

#: made once per backend
_SCRIPTS: dict[Backend, str] = {}


async def empty(context: TortoiseContext) -> None:
    """Delete every row of every model, rows that refer to others first; nothing if no statement has run yet."""
    connection = context.connections.connection("default")
    if connection.backend is not None:
        async with in_transaction("default") as transaction:
            await transaction.execute_script(_script(context, connection.backend))


def _script(context: TortoiseContext, backend: Backend) -> str:
    if backend not in _SCRIPTS:
        statements = [backend.compile(Delete(table, None)).sql for table in _tables(context)]
        _SCRIPTS[backend] = ";\n".join(statements) + ";"
    return _SCRIPTS[backend]


def _tables(context: TortoiseContext) -> list[Table]:
    metas = [model._meta for model in context.by_model]  # type: ignore[attr-defined]  # by_model holds models
    links: dict[str, None] = {}
    after: dict[str, set[str]] = {meta.db_table: set() for meta in metas}
    for meta in metas:
        for relation in meta.relations():
            if isinstance(relation, ManyToManyFieldInstance):
                links[relation.link_table] = None
            elif isinstance(relation, ForeignKeyFieldInstance):
                after[meta.db_table].add(relation.related_model._meta.db_table)
    names = [*links, *_referring_first(after)]
    return [Table(name, None, name) for name in names]


def _referring_first(refers: dict[str, set[str]]) -> list[str]:
    """The names in an order in which each stands before those it refers to; references to itself do not count."""
    order: list[str] = []
    left = {name: found - {name} for name, found in refers.items()}
    while left:
        targets = set().union(*left.values())
        free = [name for name in left if name not in targets] or list(left)
        order += free
        left = {name: found for name, found in left.items() if name not in free}
    return order
