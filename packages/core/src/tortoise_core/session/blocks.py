"""Blocks of work: `in_transaction`, `atomic`, and the connections of whatever context is current."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Coroutine, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar, Union

from tortoise_core.base.errors import ErrorKind, OperationalError, ParamsError
from tortoise_core.dialect.transactions import IsolationLevel, transaction_options
from tortoise_core.session.connection import Connection
from tortoise_core.session.context import require_context
from tortoise_core.session.executor import Executor
from tortoise_core.session.handler import ConnectionHandler, ConnectionToken
from tortoise_core.session.router import READ, WRITE, routed
from tortoise_core.session.transaction import current_executor
from tortoise_core.session.transaction_block import TransactionContext

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")


def _connection(name: Optional[str]) -> Connection:
    context = require_context()
    return context.connections.connection(context.default_connection_name() if name is None else name)


#: after these nothing of the transaction is left, and the same work may succeed when it is done again
CONFLICTS = frozenset(
    {ErrorKind.DEADLOCK, ErrorKind.SERIALIZATION, ErrorKind.LOCK_TIMEOUT, ErrorKind.LOCK_NOT_AVAILABLE}
)
#: seconds before the first retry, on average; each further one waits twice as long, up to the longest
FIRST_DELAY, LONGEST_DELAY = 0.01, 1.0


def in_transaction(
    connection_name: Optional[str] = None,
    *,
    isolation: Union[IsolationLevel, str, None] = None,
    read_only: bool = False,
    deferrable: bool = False,
) -> TransactionContext:
    """A block that is kept whole or not at all: ``async with in_transaction() as connection``.

    Inside another one on the same connection it is a savepoint, which cannot ask for other options than that has.
    `connection_name` defaults to the context's default connection. `isolation` is an `IsolationLevel` or its name
    (default: the server's); with `read_only` every write is an error; `deferrable`, for serializable blocks that only
    read, waits at first for a moment from which on nothing can fail it. Raises ParamsError for options that do not
    go together; on entry ConfigurationError without a connection, UnSupportedError for what the server lacks
    (`capabilities.isolation_levels`), TransactionManagementError for other options than the block around it has.
    """
    options = transaction_options(isolation, read_only, deferrable)
    return TransactionContext(lambda: _connection(connection_name), None, options)


def atomic(
    connection_name: Optional[str] = None,
    *,
    isolation: Union[IsolationLevel, str, None] = None,
    read_only: bool = False,
    deferrable: bool = False,
    retries: int = 0,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """A decorator that runs each call of a coroutine function as `in_transaction` would.

    With `retries` it is called again, so many times at most, when the server gave up its transaction for the sake of
    another one: after deadlocks, serialization failures and locks that were not to be had. Nothing is tried again
    inside another transaction, which is lost as a whole. Raises ParamsError as `in_transaction` does.
    """
    options = transaction_options(isolation, read_only, deferrable)
    if type(retries) is not int or retries < 0:
        raise ParamsError(f"retries is a whole number that is not negative, not {retries!r}")

    def decorate(function: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(function)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            for attempt in range(retries):
                nested = current_executor(_connection(connection_name)) is not _connection(connection_name)
                try:
                    return await once(*args, **kwargs)
                except OperationalError as error:
                    if nested or error.kind not in CONFLICTS:
                        raise
                await asyncio.sleep(_delay(attempt))
            return await once(*args, **kwargs)

        async def once(*args: P.args, **kwargs: P.kwargs) -> T:
            async with TransactionContext(lambda: _connection(connection_name), None, options):
                return await function(*args, **kwargs)

        return run

    return decorate


def _delay(attempt: int) -> float:
    """Seconds to wait; drawn, so that those who got into each other's way do not do so again."""
    return min(FIRST_DELAY * 2.0**attempt, LONGEST_DELAY) * random.uniform(0.5, 1.5)


class CurrentConnections:
    """The connections of the context in force where a method is called. Raises ConfigurationError without one."""

    __slots__ = ()

    def get(self, conn_alias: str) -> Executor:
        """The connection called `conn_alias`, or this task's open transaction on it."""
        return _handler().get(conn_alias)

    def set(self, conn_alias: str, conn_obj: Executor) -> ConnectionToken:
        """Use `conn_obj` under that name; see `ConnectionHandler.set`."""
        return _handler().set(conn_alias, conn_obj)

    def discard(self, conn_alias: str) -> Optional[Connection]:
        """Take a connection out, a new one in; see `ConnectionHandler.discard`."""
        return _handler().discard(conn_alias)

    def reset(self, token: ConnectionToken) -> None:
        """Undo a `set`; see `ConnectionHandler.reset`."""
        _handler().reset(token)

    def all(self) -> list[Connection]:
        """All connections."""
        return _handler().all()

    async def close_all(self, discard: bool = True) -> None:
        """Close every connection; with `discard` (the default) put new ones in their place."""
        await _handler().close_all(discard)

    def _clear_storage(self) -> None:
        """Forget all connections, which must have been closed."""
        _handler().clear()

    @property
    def db_config(self) -> dict[str, Any]:
        """Connection name -> its entry of the configuration."""
        return _handler().db_config

    _db_config = db_config


def _handler() -> ConnectionHandler:
    return require_context().connections


connections = CurrentConnections()


class ConnectionRouter:
    """The routers of the context in force where a method is called. Raises ConfigurationError without one."""

    __slots__ = ()

    def init_routers(self, routers: Iterable[Any]) -> None:
        """Use `routers`, classes or dotted paths to such, from now on."""
        require_context().use_routers(routers)

    def db_for_read(self, model: type) -> Optional[Executor]:
        """The connection that a router chose for reading `model`, or its open transaction; None if none chose."""
        return self._choice(READ, model)

    def db_for_write(self, model: type) -> Optional[Executor]:
        """The same for writing."""
        return self._choice(WRITE, model)

    def _choice(self, method: str, model: type) -> Optional[Executor]:
        context = require_context()
        name = routed(context.routers, method, model)
        return None if name is None else context.connections.get(name)


router = ConnectionRouter()


def get_connection(alias: str) -> Executor:
    """The connection called `alias`, or this task's open transaction on it."""
    return connections.get(alias)


def get_connections() -> ConnectionHandler:
    """The connections of the context in force here. Raises ConfigurationError without one."""
    return _handler()
