"""From a target to what libpq takes: under its own names, and under those of the other driver."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import psycopg
from psycopg.pq import Conninfo

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Target
from tortoise_dialect_postgres.options import (
    PORT,
    STATEMENT_LIFETIME,
    STATEMENT_SIZE,
    STATEMENTS,
    SYSTEM_ROOTS,
    WITHOUT_EFFECT,
    Options,
    Reader,
    as_is,
    count,
    read_options,
    seconds,
    text,
    trusting_context,
    truth,
)

logger = logging.getLogger("tortoise.postgres")

#: what a target says elsewhere, and what the driver settles itself
_WORDS = ("options", "application_name")
_TAKEN = ("host", "port", "user", "password", "dbname", "client_encoding", "connect_timeout")
_LIMITS: dict[str, Reader] = {
    "timeout": seconds,
    "command_timeout": seconds,
    "statement_cache_size": count,
    "max_cached_statement_lifetime": count,
    "max_cacheable_statement_size": count,
}
#: whatever else a connection string may say, to which libpq's defaults and environment variables belong
_LIBPQ: dict[str, Reader] = {
    name: text for name in sorted(option.keyword.decode() for option in Conninfo.get_defaults()) if name not in _TAKEN
}
_OWN: dict[str, Reader] = {**_LIMITS, "pgbouncer": truth, "direct_tls": truth, "connection_class": as_is, **_LIBPQ}


@dataclass(frozen=True)
class Settings:
    """What a session is opened with. All times are in seconds; None: without a limit.

    `conninfo`: keywords of libpq. `statements`, `statement_lifetime`, `statement_size`: how many prepared statements
    are kept, for how long, and how long their text may be; `keeps_statements` is False if none are to be, None where
    nothing is said: then they are kept unless there is a proxy. `pgbouncer`: whether there is one, None to find out.
    """

    conninfo: Mapping[str, Any]
    password: Any = None
    library: type[psycopg.AsyncConnection[Any]] = psycopg.AsyncConnection
    timeout: Optional[float] = None
    command_timeout: Optional[float] = None
    statements: int = STATEMENTS
    statement_lifetime: int = STATEMENT_LIFETIME
    statement_size: int = STATEMENT_SIZE
    keeps_statements: Optional[bool] = None
    pgbouncer: Optional[bool] = None


def check(target: Target) -> None:
    """Raise ConfigurationError for an option that is not known, and warn of one that has no effect."""
    words = read_settings(target).conninfo
    if words.get("sslmode") == "verify-full":
        trusting_context(words)  # libpq reads the files only when it connects
    for name in WITHOUT_EFFECT:
        if name in target.options:
            logger.warning("option %s has no effect: the pool is not the library's own", name)


def read_settings(target: Target) -> Settings:
    """The settings for a target. Raises ConfigurationError for an option that is not known."""
    options = read_options(target, "psycopg", _OWN)
    own = options.own
    kept = own.get("statement_cache_size", STATEMENTS)
    return Settings(
        _conninfo(target, options),
        target.password,
        _library(own.get("connection_class", psycopg.AsyncConnection)),
        own.get("timeout"),
        own.get("command_timeout"),
        kept or STATEMENTS,
        own.get("max_cached_statement_lifetime", STATEMENT_LIFETIME),
        own.get("max_cacheable_statement_size", STATEMENT_SIZE),
        kept > 0 if "statement_cache_size" in own else None,
        own.get("pgbouncer"),
    )


def _conninfo(target: Target, options: Options) -> dict[str, Any]:
    words = {
        **_where(target, options),
        "user": target.user,
        "dbname": target.database or None,
        "client_encoding": "UTF8",
        **options.shared,
        **{name: value for name, value in options.own.items() if name in _LIBPQ},
        **_tls(options),
        # the one setting that has a keyword, and that proxies take
        "application_name": options.settings.get("application_name"),
        "options": _startup(options.settings),
    }
    return {name: value for name, value in words.items() if value is not None}


def _where(target: Target, options: Options) -> dict[str, Any]:
    if not target.host:
        # without a host the library looks for a socket file, or into the PG... variables
        return {"port": target.port}
    hosts = [host or "localhost" for host, _ in options.hosts]
    ports = [str(PORT if port is None else port) for _, port in options.hosts]
    return {"host": ",".join(hosts), "port": ",".join(ports)}


def _tls(options: Options) -> dict[str, Any]:
    words: dict[str, Any] = dict(options.tls)
    if options.own.get("direct_tls"):
        words["sslnegotiation"] = "direct"
    if isinstance(options.ssl, ssl.SSLContext):
        raise ConfigurationError(
            "option ssl: libpq takes no SSLContext; say sslmode, sslrootcert, sslcert and sslkey instead"
        )
    if options.ssl is True or words.get("sslrootcert") == SYSTEM_ROOTS:
        # as a context of Python does by default: certificate and host are checked, against the system's roots
        return {"sslrootcert": SYSTEM_ROOTS, **words, "sslmode": "verify-full"}
    return words if options.ssl is None else {**words, "sslmode": options.ssl or "disable"}


def _startup(settings: Mapping[str, str]) -> Optional[str]:
    """The server settings as start-up options, which are what RESET goes back to."""
    words = [settings["options"]] if "options" in settings else []
    words += [f"-c {name}={_escaped(value)}" for name, value in settings.items() if name not in _WORDS]
    return " ".join(words) or None


def _escaped(value: str) -> str:
    # the server splits the text at white space (manual of libpq, `options`)
    return "".join([f"\\{char}" if char.isspace() or char == "\\" else char for char in value])


def _library(found: Any) -> type[psycopg.AsyncConnection[Any]]:
    if not (isinstance(found, type) and issubclass(found, psycopg.AsyncConnection)):
        raise ConfigurationError(f"option connection_class: {found!r} is no subclass of psycopg.AsyncConnection")
    return found
