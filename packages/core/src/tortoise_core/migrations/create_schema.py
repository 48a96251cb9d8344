"""Creating the tables of models: the diff from nothing, carried out."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.base.errors import ErrorKind, OperationalError
from tortoise_core.base.timezone import Clock
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
    models = list(models)
    statements = schema_statements(models, await connection.ready(), safe)
    if statements:
        try:
            async with TransactionContext(lambda: connection) as transaction:
                await transaction.change_schema(";\n".join(statements) + ";")
        except OperationalError as error:
            if error.kind is ErrorKind.UNDEFINED:
                error.args = (f"{error}{''.join(needs_of_types(models, connection.clock))}",)
            raise


def needs_of_types(models: Iterable[type[Record]], clock: Clock) -> list[str]:
    """What has to be on a server for the types of `models` that not every server of the dialect knows."""
    columns = [field for model in models for field in model._meta.columns]
    needed = [(field, field.sql_type(clock).needs) for field in columns]
    return [f". {field.label} is a {type(field).__name__}: {needs}" for field, needs in needed if needs]
