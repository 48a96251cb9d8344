"""What statements run on: a connection with its pool, or a transaction pinned to one session."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.base.errors import BaseORMException, ErrorInfo, ErrorKind, UnSupportedError, error_for
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row
from tortoise_core.dialect.statements import Backend
from tortoise_core.session.origin import Origin


class Executor:
    """The common face of `Connection` and `Transaction`."""

    #: name in the configuration
    connection_name: str
    #: known once the first session is open; `ready()` sees to it
    backend: Optional[Backend]
    #: the mark of instances whose stored state is known to this connection
    origin: Origin
    #: the mark of instances that are loaded here; asks how a transaction ended in which they were
    loaded_origin: Origin

    async def ready(self) -> Backend:
        """The backend; opens the first session where none has been. Raises DBConnectionError."""
        raise UnSupportedError(f"{type(self).__name__} cannot open sessions")

    def saved_origin(self, prior: Optional[Origin]) -> Origin:
        """The mark for an instance that was just written here and bore `prior` before."""
        raise UnSupportedError(f"{type(self).__name__} cannot mark instances")

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        """All rows of one statement. Raises Tortoise errors only, the driver's as their cause."""
        raise UnSupportedError(f"{type(self).__name__} cannot fetch")

    async def execute(self, sql: str, params: Params) -> int:
        """The number of rows one statement changed."""
        raise UnSupportedError(f"{type(self).__name__} cannot execute")

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """Insert all rows or none; their generated keys in order, if the plan asks for keys."""
        raise UnSupportedError(f"{type(self).__name__} cannot insert")

    async def raw(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """A statement of the user's own: (column names, rows, count)."""
        raise UnSupportedError(f"{type(self).__name__} cannot run SQL")

    async def execute_script(self, query: str) -> None:
        """Run several statements without parameters."""
        raise UnSupportedError(f"{type(self).__name__} cannot run scripts")

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do; the dialect's newest version until a session is open."""
        raise UnSupportedError(f"{type(self).__name__} has no capabilities")

    async def execute_query(self, query: str, values: Optional[list[Any]] = None) -> tuple[int, Sequence[Any]]:
        """(number of rows, rows as dicts) of a statement in the driver's own parameter style."""
        columns, rows, count = await self.raw(query, values or ())
        return count, [dict(zip(columns, row)) for row in rows]

    async def execute_query_dict(self, query: str, values: Optional[list[Any]] = None) -> list[dict[str, Any]]:
        """The rows of a statement, each as a dict."""
        columns, rows, _ = await self.raw(query, values or ())
        return [dict(zip(columns, row)) for row in rows]


#: what sockets and the event loop raise by themselves; before 3.11 a timeout of asyncio is no OSError
_LOST = (OSError, EOFError, asyncio.TimeoutError)


def translate(driver: Driver, error: BaseException) -> Optional[BaseORMException]:
    """The Tortoise error for a driver's; None for what is not an error of the database at all."""
    if isinstance(error, BaseORMException) or not isinstance(error, Exception):
        return None
    info = driver.classify(error)
    if info is None and isinstance(error, _LOST):
        info = ErrorInfo(ErrorKind.CONNECTION, str(error) or type(error).__name__)
    return None if info is None else error_for(info)
