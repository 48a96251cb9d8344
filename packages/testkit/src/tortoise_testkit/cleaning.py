"""Emptying the tables of the suite's models between cases."""

from __future__ import annotations

from tortoise.context import TortoiseContext
from tortoise.transactions import in_transaction
from tortoise_core.app.emptying import deleting, tables_of
from tortoise_core.dialect.statements import Backend

#: made once per backend
_SCRIPTS: dict[Backend, str] = {}


async def empty(context: TortoiseContext) -> None:
    """Delete every row of every model, rows that refer to others first; nothing if no statement has run yet."""
    connection = context.connections.connection("default")
    backend = connection.backend
    if backend is not None:
        if backend not in _SCRIPTS:
            _SCRIPTS[backend] = deleting(tables_of(context, connection), backend)
        async with in_transaction("default") as transaction:
            await transaction.execute_script(_SCRIPTS[backend])
