"""Connections of asyncpg, and whether there is a proxy at their other end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import asyncpg
from asyncpg import exceptions as pg

from tortoise_core.base.errors import DBConnectionError, error_for
from tortoise_dialect_postgres.clients.asyncpg_errors import classify
from tortoise_dialect_postgres.clients.proxies import Proxy


async def connect_library(arguments: dict[str, Any]) -> Any:
    """A connection of asyncpg. Raises its errors; DBConnectionError where it may be the settings that are refused."""
    settings = ", ".join(arguments["server_settings"])
    try:
        return await asyncpg.connect(**arguments)
    except pg.ProtocolViolationError as error:  # what pgbouncer answers to whatever it does not like
        info = classify(error)
        if not settings or info is None:
            raise
        hint = f"a proxy such as pgbouncer takes few settings from its clients: is {settings} among them?"
        found = error_for(replace(info, message=f"{error}; {hint}"))
        raise found if isinstance(found, DBConnectionError) else error from error


async def connect_minding_proxies(arguments: dict[str, Any], stated: Optional[bool]) -> tuple[Any, Optional[Proxy]]:
    """(connection, proxy or None). `stated`: whether there is a proxy, if the user said so; otherwise it is found out.

    Behind one asyncpg keeps no prepared statements, unless `arguments` say how many.
    """
    plain = {"statement_cache_size": 0, **arguments}
    connection = await connect_library(plain if stated else arguments)
    try:
        if stated is None and await is_proxied(connection):
            if plain != arguments:
                await connection.close()
                connection = await connect_library(plain)
        elif not stated:
            return connection, None
        _spare_settings(connection)
    except BaseException:
        connection.terminate()
        raise
    return connection, Proxy(bool(stated))


async def is_proxied(connection: Any) -> bool:
    """True if the process that answers is not the one that greeted: a proxy pools its own sessions for its clients.

    One round trip, by the simple protocol: no statement is prepared, and the tag tells how many rows there were.
    Proxies that pass everything on are none in this sense. Where the server cannot tell, it is better to suspect one.
    """
    greeted_by = connection.get_server_pid()
    try:
        tag = await connection.execute(f"SELECT 1 FROM pg_backend_pid() AS pid WHERE pid = {greeted_by}")
    except asyncpg.PostgresError:
        return True
    return bool(tag != "SELECT 1")


def _spare_settings(connection: Any) -> None:
    """Have asyncpg look types up without turning `jit` off for a moment: two statements, maybe in two sessions."""
    capabilities: Any = getattr(connection, "_server_caps", None)
    if hasattr(capabilities, "jit") and hasattr(capabilities, "_replace"):
        connection._server_caps = capabilities._replace(jit=False)
