"""Advisory locks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Union

from tortoise_core.session.context import Using
from tortoise_core.session.executor import Executor
from tortoise_core.session.holding import Held, connection_of_executor, executor_on
from tortoise_core.session.transaction import Transaction
from tortoise_core.session.transaction_block import TransactionContext
from tortoise_dialect_postgres.commands.locks import LockKey, LockRequest, SessionLock
from tortoise_dialect_postgres.refusing import need_postgres

__all__ = ["LockKey", "advisory_lock"]


def advisory_lock(
    key: LockKey,
    *,
    shared: bool = False,
    wait: Union[bool, float] = True,
    transaction: bool = False,
    using_db: Using = None,
) -> AbstractAsyncContextManager[Any]:
    """``async with``: a lock that all programs on this database respect which ask for it by the same key.

    `key` is an int of 64 bits, two ints of 32 bits, or a text, whose hash is the number. `shared`: others may share it.
    `wait`: True waits, False raises LockNotAvailableError at once, a number of seconds raises LockTimeoutError then.

    The lock is held by a session of the pool that does nothing else meanwhile, and is released at the end of the
    block, whatever ends that. With `transaction` it is a lock of this task's transaction, or of one around the block if
    there is none, and ends with that. Raises ParamsError for a key that is none; at the end of the block
    ConnectionLostError where the session, and with it the lock, was lost meanwhile.
    """
    request = LockRequest(key, shared, wait)
    executor = executor_on(using_db)
    if transaction:
        return _transaction_lock(request, executor)
    return SessionLock(request, Held(connection_of_executor(executor)))


@asynccontextmanager
async def _transaction_lock(request: LockRequest, executor: Executor) -> AsyncIterator[LockRequest]:
    need_postgres(executor.capabilities, "an advisory lock")
    if isinstance(executor, Transaction):
        await request.acquire(_InTransaction(executor), "advisory_xact")
        yield request
        return
    async with TransactionContext(lambda: connection_of_executor(executor)) as opened:
        await request.acquire(_InTransaction(opened), "advisory_xact")
        yield request


class _InTransaction:
    """A transaction, as locks run on it."""

    def __init__(self, transaction: Transaction) -> None:
        self.capabilities, self._transaction = transaction.capabilities, transaction

    async def fetch(self, sql: str, *params: Any) -> Any:
        return await self._transaction.fetch(sql, params)
