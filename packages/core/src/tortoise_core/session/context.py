"""What is initialised: connections by name, and which of them each model uses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextvars import ContextVar, Token
from typing import Any, Optional, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.timezone import Clock
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.router import READ, WRITE, make_routers, routed
from tortoise_core.session.transaction import active_transactions, current_executor

#: what `using_db` takes: a connection's name, a connection or a transaction
Using = Union[str, Executor, None]


class Connections:
    """The connections of one context, by name."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}

    def add(self, connection: Connection) -> None:
        """Make `connection` known under its name."""
        self._connections[connection.connection_name] = connection

    def connection(self, name: str) -> Connection:
        """The connection called `name`. Raises ConfigurationError."""
        try:
            return self._connections[name]
        except KeyError:
            hint = did_you_mean(name, self._connections)
            raise ConfigurationError(f"no connection is called {name!r}.{hint}") from None

    def get(self, conn_alias: str) -> Executor:
        """The connection called `conn_alias`, or this task's open transaction on it."""
        return current_executor(self.connection(conn_alias))

    def all(self) -> list[Connection]:
        """All connections."""
        return list(self._connections.values())

    def clear(self) -> None:
        """Forget all connections, which must have been closed."""
        self._connections.clear()

    async def close_all(self, discard: bool = True) -> None:
        """Close every connection; with `discard` (the default) forget them too.

        All at once, so that the time limit of one bounds them all, and a cancellation reaches each. Raises the
        first error once all are closed.
        """
        results = await asyncio.gather(*(one.close() for one in self.all()), return_exceptions=True)
        if discard:
            self._connections.clear()
        for result in results:
            if isinstance(result, BaseException):
                raise result


class Context:
    """One initialised set of connections and models."""

    def __init__(self) -> None:
        self.connections = Connections()
        self.clock = Clock()
        self.inited = False
        #: connection of each model class, filled when models are made ready
        self.by_model: dict[type, Connection] = {}
        #: the same where it is the answer; empty if there are routers to ask
        self.direct = self.by_model
        self.routers: tuple[object, ...] = ()
        self._guard: Optional[AsyncGenerator[None, None]] = None

    def default_connection_name(self) -> str:
        """The only connection, or the one called "default". Raises ConfigurationError if that is not clear."""
        names = [connection.connection_name for connection in self.connections.all()]
        if len(names) == 1:
            return names[0]
        if "default" in names:
            return "default"
        raise ConfigurationError(f"several connections and none called 'default': name one of {', '.join(names)}")

    def use_routers(self, routers: Iterable[Any]) -> None:
        """Ask `routers`, classes or dotted paths, for the connection of each statement. Raises ConfigurationError."""
        self.routers = make_routers(routers)
        self.direct = {} if self.routers else self.by_model

    async def watch_loop(self) -> None:
        """Close everything when the event loop ends, for programs that forget to.

        A loop that is shut down closes the async generators it has seen start; `asyncio.run` does that.
        """
        if self._guard is None:
            self._guard = _close_at_loop_end(self)
            await self._guard.__anext__()

    async def close_connections(self) -> None:
        """Close every connection of this context."""
        guard, self._guard = self._guard, None
        try:
            await self.connections.close_all(discard=False)
        finally:
            if guard is not None:
                await guard.aclose()


async def _close_at_loop_end(context: Context) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        if context._guard is not None:
            context._guard = None
            await asyncio.shield(context.connections.close_all(discard=False))


_current: ContextVar[Optional[Context]] = ContextVar("tortoise_context", default=None)
_global: Optional[Context] = None


def set_current_context(context: Optional[Context]) -> Token[Optional[Context]]:
    """Make `context` that of this task and the tasks it starts."""
    return _current.set(context)


def set_global_context(context: Optional[Context]) -> None:
    """Make `context` that of every task that has none of its own."""
    global _global
    _global = context


def get_current_context() -> Optional[Context]:
    """The context in force here, or None."""
    return _current.get() or _global


def require_context() -> Context:
    """The context in force here. Raises ConfigurationError that says what to call."""
    context = _current.get() or _global
    if context is None:
        raise ConfigurationError(
            "Tortoise ORM is not initialised: call `await Tortoise.init(db_url=..., modules=...)` first"
        )
    return context


def connection_of(model: type, write: bool = False) -> Connection:
    """The connection that `model` is read from here, or written to. Raises ConfigurationError."""
    context = require_context()
    connection = context.by_model.get(model)
    if connection is None:
        raise ConfigurationError(
            f"model {model.__name__} is not initialised: name its module in `modules` of Tortoise.init"
        )
    name = routed(context.routers, WRITE if write else READ, model) if context.routers else None
    return connection if name is None else context.connections.connection(name)


def executor_of(model: type, using: Using = None, write: bool = False) -> Executor:
    """What statements of `model` run on here: `using` if given, otherwise its connection or open transaction.

    `write`: statements that change something, for which routers may choose another connection.
    """
    if using is None:
        # written out: this stands on the path of every statement
        context = _current.get() or _global
        connection = None if context is None else context.direct.get(model)
        if connection is None:
            connection = connection_of(model, write)
        return current_executor(connection) if active_transactions.get() else connection
    if isinstance(using, str):
        return require_context().connections.get(using)
    return using if not isinstance(using, Connection) else current_executor(using)
