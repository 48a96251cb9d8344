"""``async with`` around a transaction."""

from __future__ import annotations

from types import TracebackType
from typing import Callable, Optional

from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_core.session.connection import Connection
from tortoise_core.session.origin import Scope
from tortoise_core.session.transaction import Transaction, active_transactions, current_executor


class TransactionContext:
    """`async with` around a transaction; gives the `Transaction`. Nested on the same connection: a savepoint.

    `outer` is the transaction to nest in, if that is not the one this task has open. `options` are checked on entry.
    """

    __slots__ = ("_find", "_options", "_outer", "_previous", "transaction")

    def __init__(
        self,
        find: Callable[[], Connection],
        outer: Optional[Transaction] = None,
        options: Optional[TransactionOptions] = None,
    ) -> None:
        self._find, self._outer, self._options = find, outer, options

    async def __aenter__(self) -> Transaction:
        connection = self._find()
        outer = current_executor(connection) if self._outer is None else self._outer
        parent = outer if isinstance(outer, Transaction) else None
        self.transaction = Transaction(connection, parent, self._options)
        await self.transaction.begin()
        self._previous = active_transactions.get()
        active_transactions.set({**self._previous, connection: self.transaction})
        return self.transaction

    async def __aexit__(
        self,
        exc_type: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        active_transactions.set(self._previous)
        transaction = self.transaction
        if error is None:
            if transaction.scope.state == Scope.OPEN:
                await transaction.commit()
            return
        if not isinstance(error, Exception):
            transaction.doomed = True  # cancelled, so who waits for it wants an end soon
        try:
            await transaction.rollback()
        except Exception:
            # the error of the body is the one to tell; a session that cannot roll back was given up by the pool
            return


def transaction_on(connection: Connection) -> TransactionContext:
    """A transaction block on `connection`; a savepoint if this task has one open there."""
    return TransactionContext(lambda: connection)


Connection.transaction_block = transaction_on
Connection.in_own_transaction = lambda connection: current_executor(connection) is not connection
