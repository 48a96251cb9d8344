"""From a target to what opens it: the path or URI, and the PRAGMAs that set a session up."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.driver import Target

#: parameters of SQLite's own URIs (sqlite.org/uri.html), for databases given as ``file:...``
URI_OPTIONS = ("cache", "immutable", "mode", "modeof", "nolock", "psow", "vfs")
#: milliseconds that a statement waits for the locks of others
BUSY_TIMEOUT = 5000
_NAME = re.compile(r"[A-Za-z_]+\Z")
_PLAIN_VALUE = re.compile(r"[A-Za-z_]+\Z|[+-]?[0-9]+(\.[0-9]+)?\Z")


@dataclass(frozen=True)
class Opening:
    """`database` as `sqlite3.connect` takes it, and PRAGMAs by name, in the order they are to be run."""

    database: str
    uri: bool
    read_only: bool
    pragmas: tuple[tuple[str, Any], ...]


def is_private(target: Target) -> bool:
    """True for a database that only the session that opened it can see: one in memory."""
    name = target.database
    return name == "" or name.startswith((":memory:", "file::memory:")) or target.options.get("mode") == "memory"


def opening_of(target: Target) -> Opening:
    """How to open `target`. Raises ConfigurationError for what means nothing to SQLite."""
    for name in ("host", "port", "user", "password"):
        if getattr(target, name) is not None:
            raise ConfigurationError(f"sqlite has no {name}: the database is a file")
    uri = target.database.startswith("file:")
    if "case_sensitive_like" in target.options:
        raise ConfigurationError("case_sensitive_like would break lookups, which say themselves whether case counts")
    parameters = {name: value for name, value in target.options.items() if uri and name in URI_OPTIONS}
    read_only = parameters.get("mode") == "ro" or str(parameters.get("immutable", "0")) == "1"
    pragmas = {name: value for name, value in target.options.items() if name not in parameters}
    return Opening(
        _with_parameters(target.database, parameters),
        uri,
        read_only,
        tuple(_with_defaults(pragmas, writes_file=not (read_only or is_private(target))).items()),
    )


def _with_parameters(database: str, parameters: Mapping[str, Any]) -> str:
    query = "&".join([f"{name}={quote(str(value), safe='')}" for name, value in parameters.items()])
    return f"{database}?{query}" if query else database


def _with_defaults(pragmas: Mapping[str, Any], writes_file: bool) -> dict[str, Any]:
    given = {name.lower(): value for name, value in pragmas.items()}
    # the patience for locks comes first, as changing the journal takes one
    merged: dict[str, Any] = {"busy_timeout": given.pop("busy_timeout", BUSY_TIMEOUT)}
    if writes_file:
        merged["journal_mode"] = given.pop("journal_mode", "WAL")
    merged["foreign_keys"] = given.pop("foreign_keys", "ON")
    merged.update(given)
    return merged


def pragma_sql(name: str, value: Any) -> str:
    """One PRAGMA statement. Raises ConfigurationError for names and values that could be anything else."""
    if not _NAME.match(name):
        raise ConfigurationError(f"{name!r} cannot be a PRAGMA")
    if isinstance(value, bool):
        value = int(value)
    text = str(value)
    if "\0" in text:
        raise ConfigurationError(f"PRAGMA {name} cannot hold a NUL character")
    if not _PLAIN_VALUE.match(text):
        text = "'" + text.replace("'", "''") + "'"
    return f"PRAGMA {name} = {text}"


def run_pragmas(connection: sqlite3.Connection, opening: Opening) -> None:
    """Set a new connection up. Raises ConfigurationError for a PRAGMA that this SQLite does not know."""
    known = _known_pragmas(connection)
    for name, _ in opening.pragmas:
        if known and name not in known:
            # SQLite itself would pass over it in silence
            raise ConfigurationError(f"unknown option {name!r} for sqlite.{did_you_mean(name, known)}")
    for name, value in opening.pragmas:
        connection.execute(pragma_sql(name, value)).fetchall()


def _known_pragmas(connection: sqlite3.Connection) -> dict[str, None]:
    """The names of all PRAGMAs; none where this build of SQLite cannot list them."""
    return {name: None for (name,) in connection.execute("PRAGMA pragma_list").fetchall()}
