"""What an error of the server or of asyncpg means.

Read from the SQLSTATE (PostgreSQL manual, appendix A), never from the text, which comes in the server's language.
"""

from __future__ import annotations

import asyncio
import re
from typing import Optional

import asyncpg
from asyncpg import exceptions as pg

from tortoise_core.base.errors import ErrorInfo, ErrorKind

_CODES: dict[str, ErrorKind] = {
    "40002": ErrorKind.INTEGRITY,
    "40P01": ErrorKind.DEADLOCK,
    "40001": ErrorKind.SERIALIZATION,
    "55P03": ErrorKind.LOCK_TIMEOUT,
    "57014": ErrorKind.STATEMENT_TIMEOUT,
    "25006": ErrorKind.READ_ONLY,
    "25P03": ErrorKind.CONNECTION,  # idle in transaction for too long: the server hangs up
    "25P04": ErrorKind.CONNECTION,  # the same for a transaction as a whole
    "3B001": ErrorKind.TRANSACTION,
    "3D000": ErrorKind.UNKNOWN_DATABASE,
    "53300": ErrorKind.TOO_MANY_CONNECTIONS,
    "3F000": ErrorKind.UNDEFINED,
    "42P01": ErrorKind.UNDEFINED,
    "42703": ErrorKind.UNDEFINED,
    "42704": ErrorKind.UNDEFINED,
    "42883": ErrorKind.UNDEFINED,
    "57P01": ErrorKind.CONNECTION,
    "57P02": ErrorKind.CONNECTION,
    "57P03": ErrorKind.CONNECTION,
    "57P04": ErrorKind.CONNECTION,
    "57P05": ErrorKind.CONNECTION,
}
#: by the first two characters, for codes that are not listed one by one
_CLASSES: dict[str, ErrorKind] = {
    "08": ErrorKind.CONNECTION,
    "0A": ErrorKind.UNSUPPORTED,
    "22": ErrorKind.DATA,
    "23": ErrorKind.INTEGRITY,
    "25": ErrorKind.TRANSACTION,
    "28": ErrorKind.AUTHENTICATION,
    "2D": ErrorKind.TRANSACTION,
}
#: the columns in "Key (a, b)=(1, 2) already exists.", whatever the language around them
_KEY = re.compile(r"\(([^()]+)\)=\(")


def classify(error: BaseException) -> Optional[ErrorInfo]:
    """The meaning of an error raised by a session or by connecting; None for what is no database error."""
    if isinstance(error, asyncpg.PostgresError):
        return _from_server(error)
    kind = _client_kind(error)
    return None if kind is None else ErrorInfo(kind, _message(error))


def _from_server(error: asyncpg.PostgresError) -> ErrorInfo:
    code: Optional[str] = getattr(error, "sqlstate", None)
    return ErrorInfo(
        _server_kind(error, code or ""),
        str(error),
        # asyncpg itself raises some of these classes before it sends anything; only a server tells a severity
        None if getattr(error, "severity", None) is None else code,
        getattr(error, "constraint_name", None),
        getattr(error, "table_name", None),
        _columns(error),
    )


def _server_kind(error: asyncpg.PostgresError, code: str) -> ErrorKind:
    if isinstance(error, pg.InvalidCachedStatementError):
        return ErrorKind.OPERATIONAL  # shares its code with features that are missing
    return _CODES.get(code) or _CLASSES.get(code[:2]) or ErrorKind.OPERATIONAL


def _columns(error: asyncpg.PostgresError) -> tuple[str, ...]:
    column: Optional[str] = getattr(error, "column_name", None)
    if column is not None:
        return (column,)
    # values of a row may look like anything, so only errors whose detail begins with a key are read
    listed = isinstance(error, (pg.UniqueViolationError, pg.ForeignKeyViolationError))
    found = _KEY.search(getattr(error, "detail", None) or "") if listed else None
    return tuple(name.strip().strip('"') for name in found.group(1).split(",")) if found else ()


def _client_kind(error: BaseException) -> Optional[ErrorKind]:
    """What asyncpg or the operating system say themselves."""
    if isinstance(error, (pg.UnsupportedClientFeatureError, pg.UnsupportedServerFeatureError)):
        return ErrorKind.UNSUPPORTED
    if isinstance(error, pg.TargetServerAttributeNotMatched):
        return ErrorKind.CONNECTION
    if isinstance(error, pg.OutdatedSchemaCacheError):
        return ErrorKind.OPERATIONAL
    if isinstance(error, pg.InternalClientError):
        return ErrorKind.CONNECTION  # the library lost track of the protocol, as when the server hangs up amid a reply
    if isinstance(error, pg.InterfaceError):
        unusable = "closed" in str(error) or "another operation" in str(error)
        return ErrorKind.CONNECTION if unusable else ErrorKind.OPERATIONAL
    if isinstance(error, (OSError, asyncio.TimeoutError)):
        return ErrorKind.CONNECTION
    return ErrorKind.DATA if isinstance(error, (OverflowError, UnicodeEncodeError)) else None


def _message(error: BaseException) -> str:
    if isinstance(error, asyncio.TimeoutError) and not str(error):
        return "the server did not answer in time"
    return str(error) or type(error).__name__
