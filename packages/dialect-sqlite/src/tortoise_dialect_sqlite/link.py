"""One connection of `sqlite3`, ready for use, whoever calls it from whatever thread."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional
from urllib.parse import unquote

from tortoise_core.base.errors import BaseORMException, ErrorInfo, UnSupportedError, error_for
from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import Params, Target
from tortoise_dialect_sqlite.errors import classify
from tortoise_dialect_sqlite.functions import install, install_operators
from tortoise_dialect_sqlite.jobs import Job
from tortoise_dialect_sqlite.options import OWN_OPTIONS, Opening, opening_of
from tortoise_dialect_sqlite.pragmas import check_pragmas, run_pragmas

#: prepared statements that a connection keeps; each takes a few kilobytes
CACHED_STATEMENTS = 512


class Link(sqlite3.Connection):
    """A connection that brings the dialect's functions, has its PRAGMAs set and runs jobs."""

    def __init__(self, *args: Any, opening: Opening, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            require_json()
            install(self)
            if opening.regexp:
                install_operators(self)
            self._attach(opening)
            run_pragmas(self, opening.pragmas, OWN_OPTIONS)
        except BaseException:
            self.close()
            raise

    def _attach(self, opening: Opening) -> None:
        for name, path in opening.attached:
            super().execute(f"ATTACH DATABASE ? AS {quote_identifier(name)}", (path,))

    def execute(self, sql: str, params: Any = (), /) -> Any:
        """As `sqlite3` has it, or with `Counted` parameters a `Count` in the place of the cursor."""
        if type(params) is Counted:
            return Count(super().execute(sql, params.params).rowcount)
        return super().execute(sql, params)

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        """As `sqlite3` has it, or one job in the place of rows."""
        return rows.run(self, sql) if isinstance(rows, Job) else super().executemany(sql, rows)


@lru_cache(maxsize=1)
def has_json(version: str) -> bool:
    """Whether this build of SQLite has the JSON functions, which it may lack below 3.38 (sqlite.org/json1.html)."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        try:
            return bool(connection.execute("SELECT 1 FROM json_each('[1]')").fetchall())
        except sqlite3.OperationalError:
            return False


def require_json() -> None:
    """Raise UnSupportedError where they are missing: lists are bound as JSON."""
    if not has_json(sqlite3.sqlite_version):
        raise UnSupportedError(
            f"SQLite {sqlite3.sqlite_version} of this Python is built without JSON functions, which lists and JSONField"
            " need; use a Python with SQLite 3.38 or newer"
        )


class Counted:
    """The parameters of a statement of which the number of changed rows is wanted."""

    __slots__ = ("params",)

    def __init__(self, params: Params) -> None:
        self.params = params


class Count:
    """That number, for whoever asks a cursor for its rows."""

    __slots__ = ("rowcount",)

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount

    def fetchall(self) -> int:
        """The number of rows changed; -1 for a statement that changes none."""
        return self.rowcount


def check(target: Target) -> None:
    """Raise ConfigurationError for what means nothing to SQLite, without opening the database."""
    opening = opening_of(target)
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        check_pragmas(connection, opening.pragmas, OWN_OPTIONS)


def opening_error(error: sqlite3.Error, opening: Opening) -> Optional[BaseORMException]:
    """The error for a database that could not be opened: it names the file and says what is wrong with it."""
    info = classify(error)
    if info is None:
        return None
    path = file_of(opening)
    hint = "" if path is None else _what_is_wrong(path)
    message = f"{info.message}: {opening.database!r}{hint}"
    return error_for(ErrorInfo(info.kind, message, info.code))


def file_of(opening: Opening) -> Optional[Path]:
    """The file that is the database; None for one in memory."""
    name = opening.database
    if opening.uri:
        name = unquote(name[len("file:") :].partition("?")[0])
        if name.startswith("//"):  # file://localhost/path
            name = "/" + name[2:].partition("/")[2]
    return None if name in ("", ":memory:") else Path(name)


def _what_is_wrong(path: Path) -> str:
    if path.is_dir():
        return " is a directory"
    if not path.parent.is_dir():
        return f": there is no directory {str(path.parent)!r}"
    return ""
