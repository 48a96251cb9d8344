"""The rows of a statement in parts, so that neither all of them are held nor the loop waits for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from tortoise_core.dialect.driver import Params, Row, Stream
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.origin import Scope
from tortoise_core.session.transaction import Transaction

Parts = AsyncGenerator[Sequence[Row], None]


async def rows_in_parts(executor: Executor, sql: str, params: Params, size: int) -> Parts:
    """All rows, fetched at once and given in parts, so that what is made of them does not hold up the loop."""
    rows = await executor.fetch(sql, params)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
        await asyncio.sleep(0)  # the other tasks have their turn


def stream_rows(executor: Executor, sql: str, params: Params, size: int) -> Parts:
    """Parts of at most `size` rows. Raises as `executor.fetch` does.

    Outside a transaction a session is held until the last part, or until the generator is closed. A pool of one
    session would have none left for what the rows are used for, so there all rows are fetched at once.
    """
    if isinstance(executor, Transaction):
        return _of_transaction(executor, sql, params, size)
    if isinstance(executor, Connection) and executor.pool.options.max_size > 1:
        return _of_session(executor, sql, params, size)
    return rows_in_parts(executor, sql, params, size)


async def _of_transaction(transaction: Transaction, sql: str, params: Params, size: int) -> Parts:
    """Each part is a statement in the line of the transaction's others."""
    stream: Stream = await transaction.in_turn(transaction.pinned.lease.session.stream, sql, sql, params)
    try:
        while True:
            rows: Sequence[Row] = await transaction.in_turn(stream.fetch, sql, size)
            if not rows:
                break
            yield rows
    finally:
        # what was left open when the transaction ended has ended with it
        if transaction.scope.state == Scope.OPEN and not transaction.doomed:
            await transaction.in_turn(stream.close, sql)


async def _of_session(connection: Connection, sql: str, params: Params, size: int) -> Parts:
    async with connection.lent(sql) as session:
        stream = await session.stream(sql, params)
        rows = await stream.fetch(size)
        while rows:
            try:
                yield rows
            except GeneratorExit:
                break
            rows = await stream.fetch(size)
        await stream.close()
