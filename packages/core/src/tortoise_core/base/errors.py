"""The exceptions users meet, and the record a driver uses to classify its own errors.

Every error that leaves the engine derives from `BaseORMException`; the driver's error, where there is
one, is its ``__cause__``. Names and bases are those users already catch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional


class ErrorKind(str, Enum):
    """What went wrong on the server, readable without parsing a message."""

    INTEGRITY = "integrity"
    DEADLOCK = "deadlock"
    SERIALIZATION = "serialization"
    LOCK_TIMEOUT = "lock_timeout"
    STATEMENT_TIMEOUT = "statement_timeout"
    CONNECTION = "connection"
    AUTHENTICATION = "authentication"
    UNKNOWN_DATABASE = "unknown_database"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    READ_ONLY = "read_only"
    TRANSACTION = "transaction"
    UNDEFINED = "undefined"
    DATA = "data"
    UNSUPPORTED = "unsupported"
    OPERATIONAL = "operational"


#: the kinds after which the same work may succeed when it is simply tried again
RETRYABLE = frozenset(
    {
        ErrorKind.DEADLOCK,
        ErrorKind.SERIALIZATION,
        ErrorKind.LOCK_TIMEOUT,
        ErrorKind.CONNECTION,
        ErrorKind.TOO_MANY_CONNECTIONS,
    }
)


@dataclass(frozen=True)
class ErrorInfo:
    """A driver's reading of one of its own errors.

    `code` is the server's own (SQLSTATE or number, as text); `constraint`, `table` and `columns` are
    filled where the server tells them.
    """

    kind: ErrorKind
    message: str
    code: Optional[str] = None
    constraint: Optional[str] = None
    table: Optional[str] = None
    columns: tuple[str, ...] = ()


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
    def retryable(self) -> bool:
        """True if the same work may succeed when tried again. Default False."""
        return self.info is not None and self.info.kind in RETRYABLE


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
    """A constraint was violated; `info` names it where the server does."""


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


class ValidationError(BaseORMException):
    """A value that a field does not accept; the message names model and field."""


class NullNotAllowedError(ValidationError, ValueError):
    """None was given where a field takes none; a ValueError too, which is what users of 1.1.9 catch."""


class ArgumentsError(ParamsError, ValueError):
    """Arguments that do not go together; a ValueError too, which is what users of 1.1.9 catch."""


class UnSupportedError(BaseORMException):
    """Something this dialect or server version cannot do, told before anything is sent."""


_CLASSES = {
    ErrorKind.INTEGRITY: IntegrityError,
    ErrorKind.CONNECTION: DBConnectionError,
    ErrorKind.AUTHENTICATION: DBConnectionError,
    ErrorKind.UNKNOWN_DATABASE: DBConnectionError,
    ErrorKind.TOO_MANY_CONNECTIONS: DBConnectionError,
    ErrorKind.TRANSACTION: TransactionManagementError,
    ErrorKind.UNSUPPORTED: UnSupportedError,
}


def error_for(info: ErrorInfo) -> BaseORMException:
    """The exception that says `info`; the caller raises it ``from`` the driver's error."""
    cls: type[BaseORMException] = _CLASSES.get(info.kind, OperationalError)
    error = cls(info.message)
    error.info = info
    return error
