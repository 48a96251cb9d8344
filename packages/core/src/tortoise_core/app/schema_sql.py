"""The schema of one connection: its SQL to read, and its tables made."""

from __future__ import annotations

from tortoise_core.migrations.create_schema import create_schema, schema_statements
from tortoise_core.schema.record import Record
from tortoise_core.session.connection import Connection
from tortoise_core.session.context import require_context
from tortoise_core.session.executor import Executor


def get_schema_sql(client: Executor, safe: bool) -> str:
    """The DDL for all models whose connection is `client`, as `generate_schema_for_client` sends it.

    Nothing is sent: until the first session is open, it is what the newest version of the server takes.
    """
    connection = _connection(client)
    statements = schema_statements(_models(connection), connection.offline_backend, safe)
    return "\n".join([f"{statement};" for statement in statements])


async def generate_schema_for_client(client: Executor, safe: bool) -> None:
    """Create the tables of all models whose connection is `client`; `safe` passes over what is there already."""
    connection = _connection(client)
    await create_schema(connection, _models(connection), safe)


def _connection(client: Executor) -> Connection:
    """The connection itself, where `client` is a transaction on it."""
    return require_context().connections.connection(client.connection_name)


def _models(connection: Connection) -> list[type[Record]]:
    return [model for model, used in require_context().by_model.items() if used is connection]
