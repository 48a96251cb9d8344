"""What may go wrong at a server, by names that no dialect owns, and the record in which a driver says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional


class ErrorKind(str, Enum):
    """What went wrong on the server, readable without parsing a message."""

    #: a constraint, where the server does not say of which sort
    INTEGRITY = "integrity"
    UNIQUE = "unique"
    FOREIGN_KEY = "foreign_key"
    NOT_NULL = "not_null"
    CHECK = "check"
    EXCLUSION = "exclusion"
    DEADLOCK = "deadlock"
    SERIALIZATION = "serialization"
    #: a lock that was waited for as long as is allowed
    LOCK_TIMEOUT = "lock_timeout"
    #: a lock that somebody holds and that was not to be waited for
    LOCK_NOT_AVAILABLE = "lock_not_available"
    #: the server stopped a statement: at its time limit, or because somebody asked for it
    STATEMENT_TIMEOUT = "statement_timeout"
    #: no connection, for a reason that none of the following names
    CONNECTION = "connection"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_LOST = "connection_lost"
    CONNECTION_TIMEOUT = "connection_timeout"
    #: no session of the pool became free in time
    POOL_TIMEOUT = "pool_timeout"
    UNKNOWN_HOST = "unknown_host"
    #: the two sides agree on no encryption, or a certificate does not satisfy
    TLS = "tls"
    #: the server starts, stops or recovers just now, and takes nobody
    NOT_READY = "not_ready"
    #: the server hung up: it is shut down, or an administrator ended the session
    SHUTDOWN = "shutdown"
    #: the server hung up because the session, or a transaction of it, lay idle for too long
    IDLE_TIMEOUT = "idle_timeout"
    AUTHENTICATION = "authentication"
    UNKNOWN_DATABASE = "unknown_database"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    READ_ONLY = "read_only"
    DISK_FULL = "disk_full"
    PERMISSION = "permission"
    TRANSACTION = "transaction"
    UNDEFINED = "undefined"
    DATA = "data"
    UNSUPPORTED = "unsupported"
    OPERATIONAL = "operational"


#: violated constraints
INTEGRITY_KINDS = frozenset(
    {
        ErrorKind.INTEGRITY,
        ErrorKind.UNIQUE,
        ErrorKind.FOREIGN_KEY,
        ErrorKind.NOT_NULL,
        ErrorKind.CHECK,
        ErrorKind.EXCLUSION,
    }
)

#: the kinds after which a session cannot be trusted, if there ever was one
CONNECTION_KINDS = frozenset(
    {
        ErrorKind.CONNECTION,
        ErrorKind.CONNECTION_REFUSED,
        ErrorKind.CONNECTION_LOST,
        ErrorKind.CONNECTION_TIMEOUT,
        ErrorKind.UNKNOWN_HOST,
        ErrorKind.TLS,
        ErrorKind.NOT_READY,
        ErrorKind.SHUTDOWN,
        ErrorKind.IDLE_TIMEOUT,
    }
)

#: the kinds after which the same work, all of its transaction, may succeed when it is simply tried again
RETRYABLE = frozenset(
    {
        ErrorKind.DEADLOCK,
        ErrorKind.SERIALIZATION,
        ErrorKind.LOCK_TIMEOUT,
        ErrorKind.LOCK_NOT_AVAILABLE,
        ErrorKind.TOO_MANY_CONNECTIONS,
        ErrorKind.POOL_TIMEOUT,
        *(CONNECTION_KINDS - {ErrorKind.UNKNOWN_HOST, ErrorKind.TLS}),
    }
)


@dataclass(frozen=True)
class ErrorInfo:
    """A driver's reading of one of its own errors.

    `code` is the server's own (SQLSTATE or number, as text), None where the client library speaks; `constraint`,
    `table` and `columns` are filled where the server tells them.
    """

    kind: ErrorKind
    message: str
    code: Optional[str] = None
    constraint: Optional[str] = None
    table: Optional[str] = None
    columns: tuple[str, ...] = ()

    @property
    def sqlstate(self) -> Optional[str]:
        """`code` if it is a SQLSTATE, which has five characters (ISO/IEC 9075-2, 23.1); otherwise None."""
        return self.code if self.code is not None and len(self.code) == 5 else None

    @property
    def retryable(self) -> bool:
        """True if the same work may succeed when tried again."""
        return self.kind in RETRYABLE
