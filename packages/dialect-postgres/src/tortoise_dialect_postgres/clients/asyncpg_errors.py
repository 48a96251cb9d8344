"""What an error of asyncpg means."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import asyncpg
from asyncpg import exceptions as pg

from tortoise_core.base.errors import ErrorInfo, ErrorKind
from tortoise_core.base.os_errors import read_os_error
from tortoise_dialect_postgres.errors import ServerError, read_server_error


def classify(error: BaseException) -> Optional[ErrorInfo]:
    """The meaning of an error raised by a session or by connecting; None for what is no database error."""
    if isinstance(error, asyncpg.PostgresError):
        return _from_server(error)
    kind = _client_kind(error)
    return read_os_error(error) if kind is None else ErrorInfo(kind, str(error) or type(error).__name__)


def _from_server(error: asyncpg.PostgresError) -> ErrorInfo:
    last_words = error.__cause__
    if isinstance(error, pg.ConnectionDoesNotExistError) and isinstance(last_words, asyncpg.PostgresError):
        return replace(_from_server(last_words), message=str(error))  # what the server said before it hung up
    info = read_server_error(
        ServerError(
            getattr(error, "sqlstate", None) or "",
            str(error),
            getattr(error, "detail", None),
            getattr(error, "constraint_name", None),
            getattr(error, "table_name", None),
            getattr(error, "column_name", None),
            getattr(error, "server_source_function", None),
            # asyncpg itself raises some of these classes before it sends anything; only a server tells a severity
            told=getattr(error, "severity", None) is not None,
        )
    )
    if isinstance(error, pg.InvalidCachedStatementError):
        return replace(info, kind=ErrorKind.OPERATIONAL)  # shares its code with features that are missing
    return info


def _client_kind(error: BaseException) -> Optional[ErrorKind]:
    """What asyncpg says itself."""
    if isinstance(error, (pg.UnsupportedClientFeatureError, pg.UnsupportedServerFeatureError)):
        return ErrorKind.UNSUPPORTED
    if isinstance(error, pg.TargetServerAttributeNotMatched):
        return ErrorKind.CONNECTION
    if isinstance(error, pg.OutdatedSchemaCacheError):
        return ErrorKind.OPERATIONAL
    if isinstance(error, pg.ClientConfigurationError):
        return ErrorKind.TLS  # all else was read before: certificates that are found only now, or not
    if isinstance(error, pg.InternalClientError):
        return ErrorKind.CONNECTION_LOST  # it lost track of the protocol, as when the server hangs up amid a reply
    if isinstance(error, pg.InterfaceError):
        return _interface_kind(str(error))
    if type(error) is ConnectionError and "SSL" in str(error):
        return ErrorKind.TLS  # how it says that the server takes no encrypted connections
    return ErrorKind.DATA if isinstance(error, (OverflowError, UnicodeEncodeError)) else None


def _interface_kind(text: str) -> ErrorKind:
    # the library's own text, which is always English; it tells misuse of a connection in no other way
    if "closed" in text:
        return ErrorKind.CONNECTION_LOST
    return ErrorKind.CONNECTION if "another operation" in text else ErrorKind.OPERATIONAL
