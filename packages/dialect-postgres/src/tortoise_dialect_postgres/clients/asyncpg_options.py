"""From a target to what `asyncpg.connect` takes."""

from __future__ import annotations

import inspect
import logging
from typing import Any
from urllib.parse import urlencode

import asyncpg

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Target
from tortoise_dialect_postgres.options import (
    PORT,
    SYSTEM_ROOTS,
    WITHOUT_EFFECT,
    Options,
    Reader,
    as_is,
    count,
    read_options,
    seconds,
    trusting_context,
    truth,
)

logger = logging.getLogger("tortoise.postgres")

#: options that are keywords of `asyncpg.connect` and of nobody else, and whether there is a proxy
_OWN: dict[str, Reader] = {
    "timeout": seconds,
    "command_timeout": seconds,
    "statement_cache_size": count,
    "max_cached_statement_lifetime": count,
    "max_cacheable_statement_size": count,
    "direct_tls": truth,
    "connection_class": as_is,
    "pgbouncer": truth,
}
#: the library takes these in the query of a URL, and as keywords only some of them
_IN_URL = "postgresql://?"


def check(target: Target) -> None:
    """Raise ConfigurationError for an option that is not known, and warn of one that has no effect."""
    connect_arguments(target)
    for name in WITHOUT_EFFECT:
        if name in target.options:
            logger.warning("option %s has no effect: the pool is not the library's own", name)


def connect_arguments(target: Target) -> dict[str, Any]:
    """The keywords of `asyncpg.connect` for a target. Raises ConfigurationError for an option it does not know."""
    options = read_options(target, "asyncpg", _OWN)
    return {
        **_where(target, options),
        "user": target.user,
        "password": target.password,
        "database": target.database or None,
        "server_settings": options.settings,
        **_rest(options),
        **options.own,
    }


def _where(target: Target, options: Options) -> dict[str, Any]:
    if not target.host:
        # without a host the library looks for a socket file, or into the PG... variables
        return {"host": None, "port": target.port}
    hosts = [host or "localhost" for host, _ in options.hosts]
    ports = [PORT if port is None else port for _, port in options.hosts]
    return {"host": hosts, "port": ports} if len(hosts) > 1 else {"host": hosts[0], "port": ports[0]}


def _rest(options: Options) -> dict[str, Any]:
    """The options that have no keyword of their own, in the form of a URL, and those that have."""
    shared = dict(options.shared)
    if "service" in shared and "service" not in inspect.signature(asyncpg.connect).parameters:
        raise ConfigurationError(f'option "service": asyncpg {asyncpg.__version__} does not know services')
    in_url = {name: shared.pop(name) for name in ("service",) if name in shared}
    if options.tls and (options.ssl is True or options.tls.get("sslrootcert") == SYSTEM_ROOTS):
        shared["ssl"] = trusting_context(options.tls)
    else:
        in_url.update(options.tls)
        if options.ssl is not None:
            shared["ssl"] = options.ssl
    return {**shared, "dsn": f"{_IN_URL}{urlencode(in_url)}"} if in_url else shared
