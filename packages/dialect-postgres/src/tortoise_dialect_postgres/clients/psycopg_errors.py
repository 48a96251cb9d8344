"""What an error of psycopg means."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import psycopg

from tortoise_core.base.errors import ErrorInfo, ErrorKind
from tortoise_core.base.os_errors import read_os_error
from tortoise_dialect_postgres.errors import ServerError, read_server_error

#: the function of the server that refuses a prepared statement whose result would be another one than it told; the
#: SQLSTATE is that of features which are missing
_OUTDATED_ROUTINE = "RevalidateCachedQuery"


def classify(error: BaseException) -> Optional[ErrorInfo]:
    """The meaning of an error raised by a session or by connecting; None for what is no database error."""
    if not isinstance(error, psycopg.Error):
        return ErrorInfo(ErrorKind.DATA, str(error)) if isinstance(error, UnicodeEncodeError) else read_os_error(error)
    if error.sqlstate:
        return _from_server(error, error.sqlstate)
    below = None if error.__cause__ is None else read_os_error(error.__cause__)
    if below is not None:
        return replace(below, message=str(error))
    return ErrorInfo(_client_kind(error), str(error) or type(error).__name__)


def is_outdated(error: psycopg.Error) -> bool:
    """True if the server has another idea of a prepared statement than it had when it was prepared."""
    return error.diag.source_function == _OUTDATED_ROUTINE


def _from_server(error: psycopg.Error, sqlstate: str) -> ErrorInfo:
    told = error.diag
    info = read_server_error(
        ServerError(
            sqlstate,
            str(error),
            told.message_detail,
            told.constraint_name,
            told.table_name,
            told.column_name,
            told.source_function,
            # some are raised by the driver itself; only a server tells a severity
            told=told.severity is not None,
        )
    )
    return replace(info, kind=ErrorKind.OPERATIONAL) if is_outdated(error) else info


def _client_kind(error: psycopg.Error) -> ErrorKind:
    """What psycopg and libpq say themselves, which have no codes; their classes tell enough."""
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return ErrorKind.CONNECTION_TIMEOUT
    if isinstance(error, psycopg.InterfaceError):
        return ErrorKind.CONNECTION  # misuse of a connection, which is then in an unclear state
    if isinstance(error, psycopg.OperationalError):
        return ErrorKind.CONNECTION_LOST
    if isinstance(error, psycopg.NotSupportedError):
        return ErrorKind.UNSUPPORTED
    return ErrorKind.DATA if isinstance(error, psycopg.DataError) else ErrorKind.OPERATIONAL
