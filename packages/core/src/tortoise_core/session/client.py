"""Statements of the user's own, by the names that users know from database clients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.base.errors import ParamsError, UnSupportedError
from tortoise_core.dialect.driver import Params, Row

Values = Optional[Sequence[Any]]


class Client:
    """What a connection and a transaction offer for SQL written by hand.

    Parameters stand in `values`, in order; never put them into the text.
    """

    async def raw(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """A statement of the user's own: (column names, rows, count)."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def raw_insert(self, sql: str, params: Params) -> Any:
        """An INSERT of the user's own: the first value it returns, or the key that the library tells, or None."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def raw_many(self, sql: str, rows: Sequence[Params]) -> None:
        """A statement of the user's own for each row of parameters: all of them or none."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def execute_query(self, query: str, values: Values = None) -> tuple[int, Sequence[Any]]:
        """(number of rows changed or returned, rows as dicts)."""
        columns, rows, count = await self.raw(query, given(values))
        return count, [dict(zip(columns, row)) for row in rows]

    async def execute_query_dict(self, query: str, values: Values = None) -> list[dict[str, Any]]:
        """The rows, each as a dict."""
        return (await self.execute_query_dict_with_affected(query, values))[0]

    async def execute_query_dict_with_affected(
        self, query: str, values: Values = None
    ) -> tuple[list[dict[str, Any]], int]:
        """(rows as dicts, number of rows changed or returned)."""
        columns, rows, count = await self.raw(query, given(values))
        return [dict(zip(columns, row)) for row in rows], count

    async def execute_insert(self, query: str, values: Values) -> Any:
        """Run an INSERT: the first value that its RETURNING gives, otherwise the key that the database made.

        None where the statement returns nothing and the database does not tell keys by itself.
        """
        return await self.raw_insert(query, given(values))

    async def execute_many(self, query: str, values: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of `values`: all of them or none."""
        await self.raw_many(query, [given(row) for row in values])


def given(values: Values) -> Sequence[Any]:
    """`values` as a sequence. Raises ParamsError for what has no order, or is a text."""
    if values is None:
        return ()
    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__iter__"):
        raise ParamsError(f"values of a statement are a list, in the order of its parameters, not {values!r}")
    return list(values)
