"""Many rows in one statement: each column travels as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Params


class BulkInserts:
    """Bulk inserts on one connection; what a plan needs to know of the server is asked once."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._statements: dict[BulkInsert, Optional[str]] = {}

    async def insert(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """All rows or none; the generated keys in the order of `rows` if the plan asks for them."""
        if not rows:
            return None if plan.key_column is None else []
        if plan.key_column is None and plan.columns:
            await self.connection.executemany(plan.sql, rows)
            return None
        if plan not in self._statements:
            self._statements[plan] = await self._unnesting(plan)
        sql = self._statements[plan]
        if sql is None:
            return await self._one_by_one(plan, rows)
        keys: list[Any] = [row[0] for row in await self.connection.fetch(sql, *zip(*rows))]
        # the sequence was read in the order of the rows, but RETURNING promises no order
        keys.sort()
        return keys

    async def _unnesting(self, plan: BulkInsert) -> Optional[str]:
        """The statement that takes columns as arrays; None where it cannot be had."""
        types = (await self.connection.prepare(plan.sql)).get_parameters()
        if not types or any(t.kind == "array" for t in types):
            return None  # unnest takes arrays of arrays apart down to their elements
        return unnest_sql(plan, [f"{quote_identifier(t.schema)}.{quote_identifier(t.name)}" for t in types])

    async def _one_by_one(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        sql = plan.sql if plan.key_column is None else f"{plan.sql} RETURNING {quote_identifier(plan.key_column)}"
        async with self.connection.transaction():
            found = [await self.connection.fetch(sql, *row) for row in rows]
        return None if plan.key_column is None else [keys[0][0] for keys in found]


def unnest_sql(plan: BulkInsert, types: Sequence[str]) -> str:
    """INSERT ... SELECT from one array per column, in the order of the arrays, returning the generated key."""
    assert plan.key_column is not None
    table = quote_identifier(plan.table)
    full = table if plan.schema is None else f"{quote_identifier(plan.schema)}.{table}"
    columns = ", ".join([quote_identifier(name) for name in plan.columns])
    arrays = ", ".join([f"${at}::{name}[]" for at, name in enumerate(types, 1)])
    places = ", ".join([f"c{at}" for at in range(1, len(types) + 1)])
    return (
        f"INSERT INTO {full} ({columns}) SELECT {places} FROM unnest({arrays}) WITH ORDINALITY AS r({places}, n) "
        f"ORDER BY n RETURNING {quote_identifier(plan.key_column)}"
    )
