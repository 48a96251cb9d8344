"""What statements run on: a connection with its pool, or a transaction pinned to one session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.base.errors import BaseORMException, UnSupportedError, error_for
from tortoise_core.base.os_errors import read_os_error
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row
from tortoise_core.dialect.statements import Backend
from tortoise_core.session.client import Client
from tortoise_core.session.origin import Origin


class Executor(Client):
    """The common face of `Connection` and `Transaction`."""

    #: name in the configuration
    connection_name: str
    #: known once the first session is open; `ready()` sees to it
    backend: Optional[Backend]
    #: the mark of instances whose stored state is known to this connection
    origin: Origin
    #: the mark of instances that are loaded here; asks how a transaction ended in which they were
    loaded_origin: Origin

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

    async def execute_script(self, query: str) -> None:
        """Run several statements without parameters."""
        raise UnSupportedError(f"{type(self).__name__} cannot run scripts")

    async def session_call(self, name: str, sql: str, *args: Any) -> Any:
        """Call a method that the sessions of this driver have beyond those of `Session`, as a statement of its own.

        `sql` is what listeners are told. The method leaves the session clean.
        """
        raise UnSupportedError(f"{type(self).__name__} has no session")

    @property
    def capabilities(self) -> Capabilities:
        """What the server can do; the dialect's newest version until a session is open."""
        raise UnSupportedError(f"{type(self).__name__} has no capabilities")


def translate(driver: Driver, error: BaseException) -> Optional[BaseORMException]:
    """The Tortoise error for a driver's; None for what is not an error of the database at all."""
    if isinstance(error, BaseORMException) or not isinstance(error, Exception):
        return None
    info = driver.classify(error) or read_os_error(error)
    return None if info is None else error_for(info)
