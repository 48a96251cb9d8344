"""The connections of one context, by name."""

from __future__ import annotations

import asyncio
from contextvars import Token
from dataclasses import dataclass
from typing import Any, Callable, Optional

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.transaction import Transaction, active_transactions, current_executor


@dataclass
class ConnectionToken:
    """What `ConnectionHandler.set` gives, for `reset`. Good for one reset."""

    _handler: ConnectionHandler
    _alias: str
    #: the connection whose place was taken; None where there was none, or a transaction was set
    _old_value: Optional[Connection]
    _cv_token: Optional[Token[Any]] = None
    _used: bool = False


class ConnectionHandler:
    """Connections by name. `replaced(old, new)` is told when one takes another's place."""

    def __init__(self, replaced: Callable[[Connection, Connection], None] = lambda old, new: None) -> None:
        self._connections: dict[str, Connection] = {}
        self._replaced = replaced

    def add(self, connection: Connection) -> None:
        """Make `connection` known under its name."""
        self._connections[connection.connection_name] = connection

    def names(self) -> list[str]:
        """The names of all connections."""
        return list(self._connections)

    def connection(self, name: str) -> Connection:
        """The connection called `name`. Raises ConfigurationError."""
        try:
            return self._connections[name]
        except (KeyError, TypeError):
            hint = did_you_mean(str(name), self._connections) or " There is none yet: call `init` first."
            raise ConfigurationError(f"no connection is called {name!r}.{hint}") from None

    def get(self, conn_alias: str) -> Executor:
        """The connection called `conn_alias`, or this task's open transaction on it. Raises ConfigurationError."""
        return current_executor(self.connection(conn_alias))

    def set(self, conn_alias: str, conn_obj: Executor) -> ConnectionToken:
        """Use `conn_obj` under the name `conn_alias` from now on; the token undoes that.

        A connection takes the place of the old one for all tasks and for the models that used it. A transaction
        is used by this task and those it starts, on the connection it belongs to. Raises ConfigurationError.
        """
        if isinstance(conn_obj, Transaction):
            active = {**active_transactions.get(), self.connection(conn_alias): conn_obj}
            return ConnectionToken(self, conn_alias, None, active_transactions.set(active))
        if not isinstance(conn_obj, Connection):
            raise ConfigurationError(f"{conn_obj!r} is neither a connection nor a transaction")
        old = self._connections.get(conn_alias)
        self._put(conn_alias, old, conn_obj)
        return ConnectionToken(self, conn_alias, old)

    def discard(self, conn_alias: str) -> Optional[Connection]:
        """Take the connection out, for the caller to close, and put a new one with the same settings in its place.

        None if there is no such connection.
        """
        old = self._connections.get(conn_alias)
        if old is not None:
            self._put(conn_alias, old, old.anew())
        return old

    def reset(self, token: ConnectionToken) -> None:
        """Undo the `set` that gave `token`. Raises ConfigurationError for one of another context or a used one."""
        if token._handler is not self:
            raise ConfigurationError("this token was made by the connections of another context")
        if token._used:
            raise ConfigurationError("this token has been used already")
        token._used = True
        if token._cv_token is not None:
            active_transactions.reset(token._cv_token)
        elif token._old_value is None:
            self._connections.pop(token._alias, None)
        else:
            self._put(token._alias, self._connections.get(token._alias), token._old_value)

    def _put(self, name: str, old: Optional[Connection], new: Connection) -> None:
        self._connections[name] = new
        if old is not None and old is not new:
            self._replaced(old, new)

    def all(self) -> list[Connection]:
        """All connections."""
        return list(self._connections.values())

    @property
    def db_config(self) -> dict[str, Any]:
        """Connection name -> its entry of the configuration: a URL, or a mapping of engine and credentials."""
        return {name: connection.config for name, connection in self._connections.items()}

    _db_config = db_config

    def clear(self) -> None:
        """Forget all connections, which must have been closed."""
        self._connections.clear()

    _clear_storage = clear

    async def close_all(self, discard: bool = True) -> None:
        """Close every connection; with `discard` (the default) put new ones in their place.

        Raises TransactionManagementError inside a transaction on one of them, before any is closed; otherwise the
        first error once all are closed.
        """
        self.check_closable()
        await self.shut_all(discard)

    def check_closable(self) -> None:
        """Raise TransactionManagementError if this task is inside a transaction on a connection."""
        for connection in self.all():
            connection.check_closable()

    async def shut_all(self, discard: bool = False) -> None:
        """`close_all` without that check.

        All at once, so that the time limit of one bounds them all, and a cancellation reaches each.
        """
        results = await asyncio.gather(*(one.shut() for one in self.all()), return_exceptions=True)
        if discard:
            for name in self.names():
                self.discard(name)
        for result in results:
            if isinstance(result, BaseException):
                raise result
