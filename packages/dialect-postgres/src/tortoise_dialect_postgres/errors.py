"""What an error of the server means, whichever client library brings it.

Read from the fields of its message (PostgreSQL manual, "Error and Notice Message Fields" and appendix A), never from
the text, which comes in the server's language. The clients' own errors are read beside the clients.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Optional

from tortoise_core.base.errors import ErrorInfo, ErrorKind

_CODES: dict[str, ErrorKind] = {
    "08001": ErrorKind.CONNECTION_REFUSED,
    "08003": ErrorKind.CONNECTION_LOST,
    "08004": ErrorKind.CONNECTION_REFUSED,
    "08006": ErrorKind.CONNECTION_LOST,
    "23001": ErrorKind.FOREIGN_KEY,  # ON DELETE RESTRICT
    "23502": ErrorKind.NOT_NULL,
    "23503": ErrorKind.FOREIGN_KEY,
    "23505": ErrorKind.UNIQUE,
    "23514": ErrorKind.CHECK,
    "23P01": ErrorKind.EXCLUSION,
    "25006": ErrorKind.READ_ONLY,
    "25P03": ErrorKind.IDLE_TIMEOUT,  # idle in transaction for too long
    "25P04": ErrorKind.IDLE_TIMEOUT,  # the same for a transaction as a whole
    "3B001": ErrorKind.TRANSACTION,
    "3D000": ErrorKind.UNKNOWN_DATABASE,
    "3F000": ErrorKind.UNDEFINED,
    "40001": ErrorKind.SERIALIZATION,
    "40002": ErrorKind.INTEGRITY,
    "40P01": ErrorKind.DEADLOCK,
    "42501": ErrorKind.PERMISSION,
    "42703": ErrorKind.UNDEFINED,
    "42704": ErrorKind.UNDEFINED,
    "42883": ErrorKind.UNDEFINED,
    "42P01": ErrorKind.UNDEFINED,
    "44000": ErrorKind.CHECK,  # WITH CHECK OPTION of a view
    "53100": ErrorKind.DISK_FULL,
    "53300": ErrorKind.TOO_MANY_CONNECTIONS,
    "55P03": ErrorKind.LOCK_NOT_AVAILABLE,
    "57014": ErrorKind.STATEMENT_TIMEOUT,
    "57P01": ErrorKind.SHUTDOWN,
    "57P02": ErrorKind.SHUTDOWN,
    "57P03": ErrorKind.NOT_READY,
    "57P04": ErrorKind.SHUTDOWN,  # the database was dropped
    "57P05": ErrorKind.IDLE_TIMEOUT,
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
#: NOWAIT and lock_timeout share a code; only the timeout is raised by this function of the server
_TIMEOUT_ROUTINE = "ProcessInterrupts"
#: violations whose detail begins with a key; that of others shows values, which may look like anything
_KEYED = (ErrorKind.UNIQUE, ErrorKind.FOREIGN_KEY, ErrorKind.EXCLUSION)
#: the columns in "Key (a, b)=(1, 2) already exists.", whatever the language around them
_KEY = re.compile(r"\(([^()]+)\)=\(")


@dataclass(frozen=True)
class ServerError:
    """The fields of one error message of the server, by the manual's names; None where it has no such field.

    `told`: False for an error of the same class that the library raised before it sent anything.
    """

    sqlstate: str
    message: str
    detail: Optional[str] = None
    constraint: Optional[str] = None
    table: Optional[str] = None
    column: Optional[str] = None
    routine: Optional[str] = None
    told: bool = True


def read_server_error(error: ServerError) -> ErrorInfo:
    """The meaning of an error message."""
    kind = kind_of(error.sqlstate, error.routine)
    return ErrorInfo(
        kind,
        error.message,
        error.sqlstate if error.told else None,
        error.constraint,
        error.table,
        _columns(error, kind),
    )


def kind_of(sqlstate: str, routine: Optional[str] = None) -> ErrorKind:
    """The kind of an error with this SQLSTATE, raised by this function of the server."""
    kind = _CODES.get(sqlstate) or _CLASSES.get(sqlstate[:2]) or ErrorKind.OPERATIONAL
    if kind is ErrorKind.LOCK_NOT_AVAILABLE and routine == _TIMEOUT_ROUTINE:
        return ErrorKind.LOCK_TIMEOUT
    return kind


def _columns(error: ServerError, kind: ErrorKind) -> tuple[str, ...]:
    if error.column is not None:
        return (error.column,)
    found = _KEY.search(error.detail or "") if kind in _KEYED else None
    return tuple([name.strip().strip('"') for name in found.group(1).split(",")]) if found else ()
