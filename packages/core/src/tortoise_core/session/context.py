"""What is initialised: connections by name, and which of them each model uses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextvars import ContextVar, Token
from typing import Any, Optional, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock, set_clock_source
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.handler import ConnectionHandler
from tortoise_core.session.router import READ, WRITE, make_routers, routed
from tortoise_core.session.transaction import active_transactions, current_executor

#: what `using_db` takes: a connection's name, a connection or a transaction
Using = Union[str, Executor, None]


class Context:
    """One initialised set of connections and models."""

    def __init__(self) -> None:
        self.connections = ConnectionHandler(self._use_instead)
        self.clock = Clock()
        self.inited = False
        #: connection of each model class, filled when models are made ready
        self.by_model: dict[type, Connection] = {}
        #: the same where it is the answer; empty if there are routers to ask
        self.direct = self.by_model
        self.routers: tuple[object, ...] = ()
        self._guard: Optional[AsyncGenerator[None, None]] = None

    def _use_instead(self, old: Connection, new: Connection) -> None:
        """Let the models that used `old` use `new`."""
        self.by_model.update({model: new for model, used in self.by_model.items() if used is old})

    def default_connection_name(self) -> str:
        """The only connection, or the one called "default". Raises ConfigurationError if that is not clear."""
        names = self.connections.names()
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
        """Close every connection of this context.

        Raises TransactionManagementError inside a transaction on one of them; then none is closed.
        """
        self.connections.check_closable()
        guard, self._guard = self._guard, None
        self.inited = False
        try:
            await self.connections.shut_all()
        finally:
            if guard is not None:
                await guard.aclose()


async def _close_at_loop_end(context: Context) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        if context._guard is not None:
            context._guard = None
            await asyncio.shield(context.connections.shut_all())


_current_context: ContextVar[Optional[Context]] = ContextVar("tortoise_context", default=None)
_global: Optional[Context] = None


def set_current_context(context: Optional[Context]) -> Token[Optional[Context]]:
    """Make `context` that of this task and the tasks it starts."""
    return _current_context.set(context)


def reset_current_context(token: Token[Optional[Context]]) -> None:
    """Make the context current again that `set_current_context` took the place of; in any task."""
    _current_context.set(None if token.old_value is Token.MISSING else token.old_value)


def set_global_context(ctx: Optional[Context]) -> None:
    """Make `ctx` the context of every task and thread that has none of its own; None: no context is.

    It takes the place of one that was set before, which stays open.
    """
    global _global
    _global = ctx


def get_current_context() -> Optional[Context]:
    """The context in force here, or None."""
    return _current_context.get() or _global


def require_context() -> Context:
    """The context in force here. Raises ConfigurationError that says what to call."""
    context = _current_context.get() or _global
    if context is None:
        raise ConfigurationError(
            "Tortoise ORM is not initialised: call `await Tortoise.init(db_url=..., modules=...)` first"
        )
    return context


def _clock_here() -> Optional[Clock]:
    context = _current_context.get() or _global
    return context.clock if context is not None and context.inited else None


set_clock_source(_clock_here)


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
        context = _current_context.get() or _global
        connection = None if context is None else context.direct.get(model)
        if connection is None:
            connection = connection_of(model, write)
        return current_executor(connection) if active_transactions.get() else connection
    if isinstance(using, str):
        return require_context().connections.get(using)
    return using if not isinstance(using, Connection) else current_executor(using)
