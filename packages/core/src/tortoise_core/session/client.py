"""Statements of the user's own, by the names that users know from database clients."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, ClassVar, Optional

from tortoise_core.base.errors import ParamsError, UnSupportedError
from tortoise_core.dialect.driver import Params, Row
from tortoise_core.dialect.raw_parameters import native
from tortoise_core.dialect.statements import Backend

Values = Optional[Sequence[Any]]


class Client:
    """What a connection and a transaction offer for SQL written by hand.

    Values stand in `values`, never in the text: ``$1, $2, ...`` there on every dialect, or ``?`` for each of them in
    order, or what the driver takes by itself. Datetimes, decimals, UUIDs and members of enums may be among them.
    Rows hold what the driver gives. A wrong number of values is a ParamsError.
    """

    #: classes by the names they had before; the top floor, which has them, sets them
    schema_generator: ClassVar[type[Any]]
    executor_class: ClassVar[type[Any]]
    query_class: ClassVar[type[Any]]

    async def ready(self) -> Backend:
        """The backend; opens the first session where none has been. Raises DBConnectionError."""
        raise UnSupportedError(f"{type(self).__name__} cannot open sessions")

    def acquire_connection(self) -> AbstractAsyncContextManager[Any]:
        """``async with``: the client library's own connection."""
        raise UnSupportedError(f"{type(self).__name__} has no connection to lend")

    async def create_connection(self, with_db: bool = True) -> None:
        """Open a session now; `with_db` False does nothing."""
        raise UnSupportedError(f"{type(self).__name__} cannot open sessions: use the connection")

    async def close(self) -> None:
        """Close all sessions."""
        raise UnSupportedError(f"{type(self).__name__} cannot close sessions: use the connection")

    async def db_create(self) -> None:
        """Create the database."""
        raise UnSupportedError(f"{type(self).__name__} cannot create databases: use the connection")

    async def db_delete(self) -> None:
        """Delete the database."""
        raise UnSupportedError(f"{type(self).__name__} cannot delete databases: use the connection")

    async def raw(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """A statement of the user's own: (column names, rows, count)."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def raw_insert(self, sql: str, params: Params) -> Any:
        """An INSERT of the user's own: the first value it returns, or the key that the library tells, or None."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def raw_many(self, sql: str, rows: Sequence[Params]) -> None:
        """A statement of the user's own for each row of parameters: all of them or none."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def _native(self, query: str, values: Values) -> tuple[str, Sequence[Any]]:
        found = given(values)
        return native(await self.ready(), query, found) if found else (query, ())

    async def execute_query(self, query: str, values: Values = None) -> tuple[int, Sequence[Any]]:
        """(number of rows changed or returned, rows as dicts)."""
        rows, count = await self.execute_query_dict_with_affected(query, values)
        return count, rows

    async def execute_query_dict(self, query: str, values: Values = None) -> list[dict[str, Any]]:
        """The rows, each as a dict."""
        return (await self.execute_query_dict_with_affected(query, values))[0]

    async def execute_query_dict_with_affected(
        self, query: str, values: Values = None
    ) -> tuple[list[dict[str, Any]], int]:
        """(rows as dicts, number of rows changed or returned)."""
        columns, rows, count = await self.raw(*await self._native(query, values))
        return [dict(zip(columns, row)) for row in rows], count

    async def execute_insert(self, query: str, values: Values = None) -> Any:
        """Run an INSERT: the first value that its RETURNING gives, otherwise the key that the database made.

        None where the statement returns nothing and the database does not tell keys by itself.
        """
        return await self.raw_insert(*await self._native(query, values))

    async def execute_many(self, query: str, values: Sequence[Sequence[Any]]) -> None:
        """Run a statement once for each row of `values`: all of them or none."""
        backend = await self.ready()
        given_rows = [given(row) for row in values]
        if len({len(row) for row in given_rows}) > 1:
            raise ParamsError("each row of values must have as many as the others")
        rows = [native(backend, query, row) for row in given_rows]
        if rows:
            await self.raw_many(rows[0][0], [parameters for _, parameters in rows])


def given(values: Values) -> Sequence[Any]:
    """`values` as a sequence. Raises ParamsError for what has no order, or is a text."""
    if values is None:
        return ()
    if isinstance(values, (str, bytes, dict)) or not hasattr(values, "__iter__"):
        raise ParamsError(f"values of a statement are a list, in the order of its parameters, not {values!r}")
    return list(values)
