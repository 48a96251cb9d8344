"""PRAGMAs from options: which there are, what they take, and how one is written (sqlite.org/pragma.html)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from typing import Any

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean

WORDS_OF_FLAGS = {
    "1": True, "true": True, "on": True, "yes": True,
    "0": False, "false": False, "off": False, "no": False,
}  # fmt: skip
#: PRAGMA -> the words it takes; SQLite passes over others in silence
WORDS: dict[str, tuple[str, ...]] = {
    "auto_vacuum": ("none", "full", "incremental", "0", "1", "2"),
    "foreign_keys": tuple(WORDS_OF_FLAGS),
    "journal_mode": ("delete", "truncate", "persist", "memory", "wal", "off"),
    "locking_mode": ("normal", "exclusive"),
    "query_only": tuple(WORDS_OF_FLAGS),
    "recursive_triggers": tuple(WORDS_OF_FLAGS),
    "synchronous": ("off", "normal", "full", "extra", "0", "1", "2", "3"),
    "temp_store": ("default", "file", "memory", "0", "1", "2"),
}
#: those that take a whole number
NUMBERS = ("busy_timeout", "cache_size", "journal_size_limit", "mmap_size", "page_size", "wal_autocheckpoint")
_NAME = re.compile(r"[A-Za-z_]+\Z")
_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_PLAIN_VALUE = re.compile(r"[A-Za-z_]+\Z|[+-]?[0-9]+(\.[0-9]+)?\Z")


def pragma_sql(name: str, value: Any) -> str:
    """One PRAGMA statement. Raises ConfigurationError for names and values that could be anything else."""
    if not _NAME.match(name):
        raise ConfigurationError(f"{name!r} cannot be a PRAGMA")
    if isinstance(value, bool):
        value = int(value)
    text = str(value)
    if "\0" in text:
        raise ConfigurationError(f"PRAGMA {name} cannot hold a NUL character")
    _check(name, text)
    if not _PLAIN_VALUE.match(text):
        text = "'" + text.replace("'", "''") + "'"
    return f"PRAGMA {name} = {text}"


def _check(name: str, text: str) -> None:
    words = WORDS.get(name)
    if words is not None and text.lower() not in words:
        raise ConfigurationError(f"option {name}={text!r} means nothing to sqlite.{did_you_mean(text.lower(), words)}")
    if name in NUMBERS and not _NUMBER.match(text):
        raise ConfigurationError(f"option {name}={text!r} is not a whole number")


def run_pragmas(connection: sqlite3.Connection, pragmas: Iterable[tuple[str, Any]], others: Iterable[str]) -> None:
    """Run PRAGMAs in order. Raises ConfigurationError as `check_pragmas`."""
    for statement in check_pragmas(connection, pragmas, others):
        connection.execute(statement).fetchall()


def check_pragmas(
    connection: sqlite3.Connection, pragmas: Iterable[tuple[str, Any]], others: Iterable[str]
) -> list[str]:
    """The statements. Raises ConfigurationError for a PRAGMA that this SQLite does not know.

    `others` are names that may have been meant too.
    """
    pragmas = list(pragmas)
    known = _known_pragmas(connection)
    for name, _ in pragmas:
        if known and name not in known:
            # SQLite itself would pass over it in silence
            raise ConfigurationError(f"unknown option {name!r} for sqlite.{did_you_mean(name, [*known, *others])}")
    return [pragma_sql(name, value) for name, value in pragmas]


def _known_pragmas(connection: sqlite3.Connection) -> dict[str, None]:
    """The names of all PRAGMAs; none where this build of SQLite cannot list them."""
    return {name: None for (name,) in connection.execute("PRAGMA pragma_list").fetchall()}
