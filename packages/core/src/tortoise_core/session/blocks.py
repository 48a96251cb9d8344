"""Blocks of work: `in_transaction`, `atomic`, and the connections of whatever context is current."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from tortoise_core.session.connection import Connection
from tortoise_core.session.context import require_context
from tortoise_core.session.executor import Executor
from tortoise_core.session.handler import ConnectionHandler, ConnectionToken
from tortoise_core.session.router import READ, WRITE, routed
from tortoise_core.session.transaction import TransactionContext

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    P = ParamSpec("P")


def _connection(name: Optional[str]) -> Connection:
    context = require_context()
    return context.connections.connection(context.default_connection_name() if name is None else name)


def in_transaction(connection_name: Optional[str] = None) -> TransactionContext:
    """A block that is kept whole or not at all: ``async with in_transaction() as connection``.

    Inside another one on the same connection it is a savepoint. `connection_name` defaults to the context's
    default connection. Raises ConfigurationError on entry if there is none.
    """
    return TransactionContext(lambda: _connection(connection_name))


def atomic(
    connection_name: Optional[str] = None,
) -> Callable[[Callable[P, Awaitable[T]]], Callable[P, Coroutine[Any, Any, T]]]:
    """A decorator that runs each call of a coroutine function as `in_transaction` would."""

    def decorate(function: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
        @wraps(function)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            async with in_transaction(connection_name):
                return await function(*args, **kwargs)

        return run

    return decorate


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
