"""From an entry of the configuration to a connection."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any, Optional, Union
from uuid import uuid4

from tortoise_core.app.config import ConnectionConfig, DBUrlConfig
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.connection import Connection
from tortoise_core.session.url import resolve_credentials, resolve_url

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
    engine = entry.engine or ""
    if engine.rpartition(".")[2] not in plugins.schemes():
        _register_engine(engine)
    return resolve_credentials(engine, entry.credentials)


def _register_engine(engine: str) -> None:
    """Make the driver that the module `engine` offers known under the module's name, if it offers one."""
    module = _import(engine)
    if module is None:
        return  # the search for a plugin says what is installed and what to install
    driver, dialect_name = getattr(module, "driver", None), getattr(module, "dialect_name", None)
    if isinstance(driver, Driver) and isinstance(dialect_name, str):
        plugins.register_driver(engine.rpartition(".")[2], dialect_name, driver)
    elif any(hasattr(module, name) for name in _FORMER):
        raise ConfigurationError(
            f"engine {engine} offers a client class, which took part in writing SQL before. A dialect is a plugin now: "
            'a module with "driver" (tortoise_core.dialect.driver.Driver) and "dialect_name", found under an entry '
            "point or named here (see docs/dialects.md)"
        )
    else:
        raise ConfigurationError(f'engine {engine} offers no "driver" and "dialect_name" (see docs/dialects.md)')


def _import(name: str) -> Optional[Any]:
    try:
        return import_module(name)
    except ImportError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            return None
        raise ConfigurationError(f"engine {name} cannot be imported: {error}") from error
    except ValueError:  # no name that a module can have
        return None


def fill_braces(database: str) -> str:
    r"""`database` with ``{}``, also spelled ``\{\}``, replaced by something unique."""
    plain = database.replace("\\{", "{").replace("\\}", "}")
    return plain.replace("{}", uuid4().hex)
