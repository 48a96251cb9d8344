"""Creating the tables of models: the diff from nothing, carried out."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.dialect.statements import Backend
from tortoise_core.migrations.diff import NOTHING, diff
from tortoise_core.migrations.state import state_of
from tortoise_core.schema.record import Record
from tortoise_core.session.connection import Connection
from tortoise_core.session.transaction_block import TransactionContext


def schema_statements(models: Iterable[type[Record]], backend: Backend, safe: bool) -> list[str]:
    """The DDL of `models`, in order. `safe` passes over what exists already."""
    compiler = backend.dialect.ddl_compiler(backend.capabilities, backend.dialect.types)
    operations = diff(NOTHING, state_of(models, backend), backend.capabilities)
    nodes = [node for operation in operations for node in operation.nodes(backend.capabilities, safe)]
    return [statement for node in nodes for statement in compiler.compile(node)]


async def create_schema(connection: Connection, models: Iterable[type[Record]], safe: bool) -> None:
    """Create the tables of `models` on `connection`: all, or none where DDL can be rolled back."""
    statements = schema_statements(models, await connection.ready(), safe)
    if statements:
        async with TransactionContext(lambda: connection) as transaction:
            await transaction.change_schema(";\n".join(statements) + ";")
