"""From an entry of the configuration to a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from typing import Any, Union
from uuid import uuid4

from tortoise_core.app.config import ConnectionConfig, DBUrlConfig
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.connection import Connection
from tortoise_core.session.url import credentials_target, resolve_credentials, resolve_url

#: the package of engines that are found by their last part
ENGINES = "tortoise.backends"
#: what a module of a client class of the former engine offers
_FORMER = ("client_class", "get_client_class")


def make_connection(name: str, entry: Union[ConnectionConfig, DBUrlConfig], clock: Clock, fresh: bool) -> Connection:
    """A connection. With `fresh`, ``{}`` in the database's name is replaced by something unique.

    Raises ConfigurationError that names the connection, also for options that the driver does not know.
    """
    try:
        dialect, driver, target = resolve(entry)
        if fresh:
            target = replace(target, database=fill_braces(target.database))
        connection = Connection(name, dialect, driver, target, clock)
        if connection.driver.check is not None:
            connection.driver.check(connection.target)
    except ConfigurationError as error:
        raise ConfigurationError(f'connection "{name}": {error}') from error
    connection.config = entry.to_config()
    return connection


def resolve(entry: Union[ConnectionConfig, DBUrlConfig]) -> tuple[Dialect, Driver, Target]:
    """The dialect, driver and target of an entry. Raises ConfigurationError."""
    if isinstance(entry, DBUrlConfig):
        return resolve_url(entry.url)
    if entry.db_url is not None:
        return resolve_url(entry.db_url)
    return _resolve_engine(entry.engine or "", entry.credentials)


def _resolve_engine(engine: str, credentials: Mapping[str, Any]) -> tuple[Dialect, Driver, Target]:
    """An installed driver by its scheme or its former name; any other engine is a module with a driver of its own."""
    package, _, scheme = engine.rpartition(".")
    if package in ("", ENGINES):
        return resolve_credentials(engine, credentials)
    module = _import(engine)
    driver, dialect_name = getattr(module, "driver", None), getattr(module, "dialect_name", None)
    if isinstance(driver, Driver) and isinstance(dialect_name, str):
        return plugins.dialect(dialect_name), driver, credentials_target(scheme, credentials)
    if any(hasattr(module, name) for name in _FORMER):
        raise ConfigurationError(
            f"engine {engine} offers a client class, which took part in writing SQL before. A dialect is a plugin now: "
            'a module with "driver" (tortoise_core.dialect.driver.Driver) and "dialect_name", found under an entry '
            "point or named here (see docs/dialects.md)"
        )
    raise ConfigurationError(f'engine {engine} offers no "driver" and "dialect_name" (see docs/dialects.md)')


def _import(name: str) -> Any:
    try:
        return import_module(name)
    except (ImportError, ValueError) as error:
        hint = did_you_mean(name, [f"{ENGINES}.{scheme}" for scheme in plugins.schemes()])
        raise ConfigurationError(f"engine {name} cannot be imported: {error}.{hint}") from error


def fill_braces(database: str) -> str:
    r"""`database` with ``{}``, also spelled ``\{\}``, replaced by something unique."""
    plain = database.replace("\\{", "{").replace("\\}", "}")
    return plain.replace("{}", uuid4().hex[:16])  # servers cut long names, and proxies refuse them
