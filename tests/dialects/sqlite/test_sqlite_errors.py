"""Errors that SQLite really raises, read with and without their codes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tortoise_core.base.errors import ErrorInfo, ErrorKind
from tortoise_dialect_sqlite.errors import classify

SCHEMA = """
CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (a INT NOT NULL, b INT, c INT CONSTRAINT small CHECK (c < 10), p INT REFERENCES p (id), UNIQUE (a, b));
CREATE UNIQUE INDEX folded ON t (LOWER(c));
INSERT INTO t VALUES (1, 1, 1, NULL);
"""


class Uncoded(sqlite3.Error):
    """An error as Python below 3.11 raises it: with its text alone."""


def failure(sql: str, *params: Any) -> Exception:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(SCHEMA)
    try:
        connection.execute(sql, params).fetchall()
    except Exception as error:
        return error
    finally:
        connection.close()
    raise AssertionError("no error")


def both(error: BaseException) -> list[ErrorInfo]:
    found = [classify(error), classify(Uncoded(str(error)))]
    assert None not in found
    return [info for info in found if info is not None]


@pytest.mark.parametrize(
    ("sql", "kind", "constraint", "table", "columns"),
    [
        ("INSERT INTO t VALUES (1, 1, 2, NULL)", ErrorKind.UNIQUE, None, "t", ("a", "b")),
        ("INSERT INTO t VALUES (NULL, 1, 2, NULL)", ErrorKind.NOT_NULL, None, "t", ("a",)),
        ("INSERT INTO t VALUES (2, 1, 12, NULL)", ErrorKind.CHECK, "small", None, ()),
        ("INSERT INTO t VALUES (2, 1, 1, NULL)", ErrorKind.UNIQUE, "folded", None, ()),
        ("INSERT INTO t VALUES (2, 1, 2, 99)", ErrorKind.FOREIGN_KEY, None, None, ()),
        ("SELECT * FROM missing", ErrorKind.UNDEFINED, None, None, ()),
        ("SELECT missing FROM t", ErrorKind.UNDEFINED, None, None, ()),
        ("INSERT INTO t (missing) VALUES (1)", ErrorKind.UNDEFINED, None, None, ()),
        ("SELECT missing(1)", ErrorKind.UNDEFINED, None, None, ()),
        ("RELEASE missing", ErrorKind.TRANSACTION, None, None, ()),
        ("COMMIT", ErrorKind.TRANSACTION, None, None, ()),
        ("SELECT SUM(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1)", ErrorKind.DATA, None, None, ()),
        ("SELEC", ErrorKind.OPERATIONAL, None, None, ()),
        ("INSERT INTO p VALUES ('x')", ErrorKind.DATA, None, None, ()),
    ],
)
def test_statements(sql: str, kind: Any, constraint: Any, table: Any, columns: Any) -> None:
    for info in both(failure(sql)):
        assert info.kind is kind
        assert (info.constraint, info.table, info.columns) == (constraint, table, columns)


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small.db")
    try:
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("CREATE TABLE t (b BLOB)")
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    finally:
        connection.close()
    assert [info.kind for info in both(caught.value)] == [ErrorKind.DISK_FULL] * 2


@pytest.mark.parametrize("value", [1 << 64, "\ud800", object()])
def test_values_that_cannot_be_bound(value: Any) -> None:
    info = classify(failure("SELECT ?", value))
    assert info is not None and info.kind is ErrorKind.DATA


def test_files(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage.db"
    garbage.write_bytes(b"no database at all" * 100)
    kinds = {str(garbage): ErrorKind.OPERATIONAL, str(tmp_path / "none" / "x.db"): ErrorKind.UNKNOWN_DATABASE}
    for path, kind in kinds.items():
        with pytest.raises(sqlite3.Error) as caught:
            connection = sqlite3.connect(path)
            try:
                connection.execute("SELECT * FROM t")
            finally:
                connection.close()
        assert [info.kind for info in both(caught.value)] == [kind, kind]


def test_closed() -> None:
    connection = sqlite3.connect(":memory:")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError) as caught:
        connection.execute("SELECT 1")
    assert [info.kind for info in both(caught.value)] == [ErrorKind.CONNECTION_LOST] * 2


@pytest.mark.parametrize("error", [ValueError("other"), KeyError("x"), RuntimeError("closed database")])
def test_what_is_no_database_error(error: Exception) -> None:
    assert classify(error) is None


def test_code() -> None:
    error = failure("INSERT INTO t VALUES (1, 1, 2, NULL)")
    info = classify(error)
    code = getattr(error, "sqlite_errorcode", None)
    assert info is not None and info.code == (None if code is None else "2067")
