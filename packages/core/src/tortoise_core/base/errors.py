"""The exceptions users meet.

Every error that leaves the engine derives from `BaseORMException`; the driver's error, where there is
one, is its ``__cause__``. Names and bases are those users already catch.
"""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.base.error_kinds import INTEGRITY_KINDS as INTEGRITY_KINDS
from tortoise_core.base.error_kinds import ErrorInfo as ErrorInfo
from tortoise_core.base.error_kinds import ErrorKind as ErrorKind


class BaseORMException(Exception):
    """Base of every error of Tortoise ORM.

    `info` is set where the error came from a server; `kind` and `retryable` answer from it.
    """

    info: Optional[ErrorInfo] = None

    @property
    def kind(self) -> Optional[ErrorKind]:
        """What the server reported, or None where no server took part."""
        return self.info.kind if self.info is not None else None

    @property
    def sqlstate(self) -> Optional[str]:
        """The server's SQLSTATE, or None where it has none or the client library speaks."""
        return self.info.sqlstate if self.info is not None else None

    @property
    def retryable(self) -> bool:
        """True if the same work may succeed when tried again, from the start of its transaction. Default False."""
        return self.info is not None and self.info.retryable


class FieldError(BaseORMException):
    """A field, lookup or relation that does not exist, or is used in a way it cannot be."""


class ParamsError(BaseORMException):
    """An argument that a call cannot take."""


class ConfigurationError(BaseORMException):
    """A configuration, model or option that does not fit together."""


class TransactionManagementError(BaseORMException):
    """A transaction used after its end, or by two tasks in a way that would mix their work."""


class OperationalError(BaseORMException):
    """The database could not carry out what it was asked."""


class IntegrityError(OperationalError):
    """A constraint was violated."""

    @property
    def constraint(self) -> Optional[str]:
        """The name of the constraint, or None where the server does not tell it."""
        return self.info.constraint if self.info is not None else None

    @property
    def table(self) -> Optional[str]:
        """The table that has the constraint, or None where the server does not tell it."""
        return self.info.table if self.info is not None else None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns the server names; none where it names none, as for most checks."""
        return self.info.columns if self.info is not None else ()


class UniqueViolationError(IntegrityError):
    """A row with these values is there already."""


class ForeignKeyViolationError(IntegrityError):
    """A row that is referred to does not exist, or one that is still referred to was to go."""


class NotNullViolationError(IntegrityError):
    """NULL in a column that takes none."""


class CheckViolationError(IntegrityError):
    """A condition of the table does not hold."""


class ExclusionViolationError(IntegrityError):
    """A row is there already that excludes this one, such as a range that overlaps it."""


class DeadlockError(OperationalError):
    """Transactions waited for each other, and the server ended this one. Retryable."""


class SerializationError(OperationalError):
    """Another transaction changed what this one relies on. Retryable."""


class LockNotAvailableError(OperationalError):
    """Somebody else holds a lock, and it was not to be waited for (NOWAIT). Retryable."""


class LockTimeoutError(LockNotAvailableError):
    """Somebody else held a lock for longer than may be waited for it. Retryable."""


class StatementTimeoutError(OperationalError):
    """The server stopped a statement: at the time limit for statements, or because somebody asked it to."""


class ReadOnlyError(OperationalError):
    """A write in a transaction, or on a server or file, that can only be read."""


class DiskFullError(OperationalError):
    """The server has no room left on its disk."""


class PermissionDeniedError(OperationalError):
    """The user may not do this."""


class NoValuesFetched(OperationalError):
    """A relation was read before it was fetched."""


class IncompleteInstanceError(OperationalError):
    """An instance that was loaded in part is used as a whole."""


class NotExistOrMultiple(OperationalError):
    """Base of the two ways in which `get` may fail. `model` is the class, or the text of a message in its place."""

    TEMPLATE = ""

    def __init__(self, model: Any, *args: Any) -> None:
        self.model = model
        super().__init__(*args)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.model, *self.args), self.__dict__

    def __str__(self) -> str:
        if isinstance(self.model, type):
            return super().__str__() if self.args else self.TEMPLATE.format(self.model.__name__)
        return str((self.model, *self.args) if self.args else self.model)


class DoesNotExist(NotExistOrMultiple):
    """`get` found no row."""

    TEMPLATE = 'Object "{}" does not exist'


class MultipleObjectsReturned(NotExistOrMultiple):
    """`get` found more than one row."""

    TEMPLATE = 'Multiple objects returned for "{}", expected exactly one'


class ObjectDoesNotExistError(OperationalError, KeyError):
    """`Model[pk]` found no row."""

    def __init__(self, model: Any, pk_name: str, pk_val: Any) -> None:
        self.model, self.pk_name, self.pk_val = model, pk_name, pk_val
        super().__init__(model, pk_name, pk_val)

    def __str__(self) -> str:
        return f"{getattr(self.model, '__name__', self.model)} has no object with {self.pk_name}={self.pk_val!r}"


class DBConnectionError(BaseORMException, ConnectionError):
    """No connection: refused, lost, or none free in time."""


class DBConnectionRefusedError(DBConnectionError, ConnectionRefusedError):
    """Nobody listens at the address, or who does turns everybody away. Retryable."""


class ConnectionLostError(DBConnectionError):
    """A connection that stood has ended. Retryable, but what was under way may have been done: a commit, say."""


class ServerShutdownError(ConnectionLostError):
    """The server hung up because it is shut down or restarted, or an administrator ended the session. Retryable."""


class IdleTimeoutError(ConnectionLostError):
    """The server hung up because the session or its transaction lay idle for too long. Retryable."""


class ServerNotReadyError(DBConnectionError):
    """The server starts, stops or recovers, and takes nobody yet. Retryable."""


class ConnectionTimeoutError(DBConnectionError, TimeoutError):
    """The server, or the network on the way to it, did not answer in time. Retryable."""


class PoolTimeoutError(DBConnectionError, TimeoutError):
    """No session of the pool became free in time; the message says who holds them. Retryable."""


class TooManyConnectionsError(DBConnectionError):
    """The server, the database or the user has as many connections as it may have. Retryable."""


class UnknownHostError(DBConnectionError):
    """The name of the host has no address."""


class TLSError(DBConnectionError):
    """No encryption that both sides accept, or a certificate that does not satisfy."""


class AuthenticationError(DBConnectionError):
    """The server does not let this user in with this password or certificate."""


class UnknownDatabaseError(DBConnectionError):
    """There is no such database."""


class ValidationError(BaseORMException):
    """A value that a field does not accept; the message names model and field."""


class NullNotAllowedError(ValidationError, ValueError):
    """None was given where a field takes none; a ValueError too, which is what users of 1.1.9 catch."""


class ArgumentsError(ParamsError, ValueError):
    """Arguments that do not go together; a ValueError too, which is what users of 1.1.9 catch."""


class UnSupportedError(BaseORMException):
    """Something this dialect or server version cannot do, told before anything is sent."""


_CLASSES: dict[ErrorKind, type[BaseORMException]] = {
    **dict.fromkeys(INTEGRITY_KINDS, IntegrityError),
    ErrorKind.UNIQUE: UniqueViolationError,
    ErrorKind.FOREIGN_KEY: ForeignKeyViolationError,
    ErrorKind.NOT_NULL: NotNullViolationError,
    ErrorKind.CHECK: CheckViolationError,
    ErrorKind.EXCLUSION: ExclusionViolationError,
    ErrorKind.DEADLOCK: DeadlockError,
    ErrorKind.SERIALIZATION: SerializationError,
    ErrorKind.LOCK_TIMEOUT: LockTimeoutError,
    ErrorKind.LOCK_NOT_AVAILABLE: LockNotAvailableError,
    ErrorKind.STATEMENT_TIMEOUT: StatementTimeoutError,
    ErrorKind.CONNECTION: DBConnectionError,
    ErrorKind.CONNECTION_REFUSED: DBConnectionRefusedError,
    ErrorKind.CONNECTION_LOST: ConnectionLostError,
    ErrorKind.CONNECTION_TIMEOUT: ConnectionTimeoutError,
    ErrorKind.POOL_TIMEOUT: PoolTimeoutError,
    ErrorKind.UNKNOWN_HOST: UnknownHostError,
    ErrorKind.TLS: TLSError,
    ErrorKind.NOT_READY: ServerNotReadyError,
    ErrorKind.SHUTDOWN: ServerShutdownError,
    ErrorKind.IDLE_TIMEOUT: IdleTimeoutError,
    ErrorKind.AUTHENTICATION: AuthenticationError,
    ErrorKind.UNKNOWN_DATABASE: UnknownDatabaseError,
    ErrorKind.TOO_MANY_CONNECTIONS: TooManyConnectionsError,
    ErrorKind.READ_ONLY: ReadOnlyError,
    ErrorKind.DISK_FULL: DiskFullError,
    ErrorKind.PERMISSION: PermissionDeniedError,
    ErrorKind.TRANSACTION: TransactionManagementError,
    ErrorKind.UNSUPPORTED: UnSupportedError,
}


def class_for(kind: ErrorKind) -> type[BaseORMException]:
    """The class of errors of `kind`."""
    return _CLASSES.get(kind, OperationalError)


def error_for(info: ErrorInfo) -> BaseORMException:
    """The exception that says `info`; the caller raises it ``from`` the driver's error."""
    error = class_for(info.kind)(info.message)
    error.info = info
    return error
