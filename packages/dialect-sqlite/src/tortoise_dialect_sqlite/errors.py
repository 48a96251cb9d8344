"""What an error of SQLite or of aiosqlite means.

Read from the result code (sqlite.org/rescode.html) where Python tells it, which it does from 3.11 on, and from
the text otherwise. The text is always English.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Optional

from tortoise_core.base.errors import ErrorInfo, ErrorKind

_BUSY = 5
#: SQLITE_BUSY_SNAPSHOT: what this transaction read was changed by another one
_BUSY_SNAPSHOT = 517
#: by the primary result code, the lowest eight bits
_CODES: dict[int, ErrorKind] = {
    _BUSY: ErrorKind.LOCK_TIMEOUT,
    6: ErrorKind.LOCK_TIMEOUT,  # SQLITE_LOCKED
    8: ErrorKind.READ_ONLY,
    13: ErrorKind.DISK_FULL,  # SQLITE_FULL
    14: ErrorKind.UNKNOWN_DATABASE,  # SQLITE_CANTOPEN
    18: ErrorKind.DATA,  # SQLITE_TOOBIG
    19: ErrorKind.INTEGRITY,
    20: ErrorKind.DATA,  # SQLITE_MISMATCH
    25: ErrorKind.DATA,  # SQLITE_RANGE
}
#: SQLITE_CONSTRAINT with what was violated
_CONSTRAINTS: dict[int, ErrorKind] = {
    275: ErrorKind.CHECK,
    787: ErrorKind.FOREIGN_KEY,
    1299: ErrorKind.NOT_NULL,
    1555: ErrorKind.UNIQUE,  # the primary key
    2067: ErrorKind.UNIQUE,
    2579: ErrorKind.UNIQUE,  # the rowid
    3091: ErrorKind.DATA,  # a column of a STRICT table
}
_TEXTS: list[tuple[re.Pattern[str], ErrorKind]] = [
    (re.compile(pattern), kind)
    for pattern, kind in (
        ("^UNIQUE constraint failed|^PRIMARY KEY must be unique", ErrorKind.UNIQUE),
        ("^NOT NULL constraint failed", ErrorKind.NOT_NULL),
        ("^CHECK constraint failed", ErrorKind.CHECK),
        ("^FOREIGN KEY constraint failed", ErrorKind.FOREIGN_KEY),
        ("constraint failed", ErrorKind.INTEGRITY),
        ("disk is full", ErrorKind.DISK_FULL),
        ("is locked", ErrorKind.LOCK_TIMEOUT),
        ("readonly database", ErrorKind.READ_ONLY),
        ("unable to open database file", ErrorKind.UNKNOWN_DATABASE),
        ("closed database", ErrorKind.CONNECTION_LOST),
        ("^no such savepoint|within a transaction|no transaction is active", ErrorKind.TRANSACTION),
        ("^no such |has no column named", ErrorKind.UNDEFINED),
        ("too big|datatype mismatch|integer overflow|malformed JSON", ErrorKind.DATA),
        ("rror binding parameter|type .* is not supported|user-defined", ErrorKind.DATA),
    )
]
#: "UNIQUE constraint failed: event.a, event.b"
_FAILED = re.compile(r"^(\w+(?: \w+)*) constraint failed(?:: (.*))?$", re.DOTALL)
#: what aiosqlite says, with a plain ValueError, once its connection is closed
_CLOSED = ("Connection closed", "no active connection")


def classify(error: BaseException) -> Optional[ErrorInfo]:
    """The meaning of an error raised by a session or by connecting; None for what is no database error."""
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if isinstance(error, ValueError) and str(error) in _CLOSED:
        return ErrorInfo(ErrorKind.CONNECTION_LOST, str(error))
    if isinstance(error, (OverflowError, UnicodeEncodeError)):
        return ErrorInfo(ErrorKind.DATA, str(error))
    return None


def is_busy(error: sqlite3.OperationalError) -> bool:
    """True if another connection holds a lock that may be free in a moment."""
    code: Optional[int] = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return str(error) == "database is locked"
    return code & 0xFF == _BUSY and code != _BUSY_SNAPSHOT


def _from_sqlite(error: sqlite3.Error) -> ErrorInfo:
    code: Optional[int] = getattr(error, "sqlite_errorcode", None)
    message = str(error)
    constraint, table, columns = _violated(message)
    return ErrorInfo(_kind(code, message), message, None if code is None else str(code), constraint, table, columns)


def _kind(code: Optional[int], message: str) -> ErrorKind:
    if code == _BUSY_SNAPSHOT:
        return ErrorKind.SERIALIZATION
    found = None if code is None else _CONSTRAINTS.get(code) or _CODES.get(code & 0xFF)
    if found is not None:
        return found
    return next((kind for pattern, kind in _TEXTS if pattern.search(message)), ErrorKind.OPERATIONAL)


def _violated(message: str) -> tuple[Optional[str], Optional[str], tuple[str, ...]]:
    """(constraint, table, columns) of a violated constraint, as far as the message names them."""
    found = _FAILED.match(message)
    if found is None or not found.group(2):
        return None, None, ()
    sort, subject = found.groups()
    if sort not in ("UNIQUE", "NOT NULL"):
        return subject, None, ()
    if subject.startswith("index '"):
        return subject[len("index '") : -1], None, ()
    names = [name.rpartition(".") for name in subject.split(", ")]
    return None, names[0][0] or None, tuple([name for _, _, name in names])
