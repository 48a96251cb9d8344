"""Names of the engine that was here before: what can be honest works, what cannot says what replaces it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, Optional, TypeVar

from tortoise_core.app.schema_sql import generate_schema_for_client, get_schema_sql
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.statements import forget_statements
from tortoise_core.session.client import Client
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.transaction import Transaction

RowT = TypeVar("RowT")
T_conn = TypeVar("T_conn")


class Replaced:
    """A class of the former engine that nothing can stand for. Using or deriving from it says what to use."""

    instead = ""

    def __init_subclass__(cls, instead: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not instead:
            cls._refuse()
        cls.instead = instead

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._refuse()

    @classmethod
    def _refuse(cls) -> NoReturn:
        name = next((base.__name__ for base in cls.__mro__ if "instead" in vars(base)), cls.__name__)
        text = next((vars(base)["instead"] for base in cls.__mro__ if vars(base).get("instead")), "")
        raise UnSupportedError(f"{name} belongs to the engine that was here before. {text}")


_PLUGIN = "A dialect is a plugin now, of a compiler and a driver: see docs/dialects.md"


class BaseExecutor(Replaced, instead=_PLUGIN):
    """Compiled and ran the statements of a model."""


class Query(Replaced, instead="There is no pypika here: use querysets, expressions and Model.raw"):
    """Built statements."""


class ConnectionWrapper(Replaced, instead="Use `async with connection.acquire_connection() as raw:`"):
    """Held a lock around a connection of the client library."""


class PoolConnectionWrapper(Replaced, instead="Use `async with connection.acquire_connection() as raw:`"):
    """Held a connection of the client library's pool."""


class ClientType(type):
    """The type of classes of which connections and transactions of one dialect are instances."""

    dialect = ""
    transactions = False

    def __instancecheck__(cls, instance: Any) -> bool:
        kinds: Any = Transaction if cls.transactions else (Connection, Transaction)
        if not isinstance(instance, kinds):
            return False
        connection = instance.connection if isinstance(instance, Transaction) else instance
        return bool(connection.dialect.name == cls.dialect)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise UnSupportedError(
            f"{cls.__name__} is there for isinstance: connections are made by Tortoise.init from a URL or credentials. "
            + _PLUGIN
        )


def client_class(name: str, dialect: str, transactions: bool = False) -> Any:
    """A class called `name` of which connections and transactions of `dialect` are instances.

    With `transactions` these alone.
    """
    made = ClientType(name, (), {"__doc__": f"Connections of the dialect {dialect}, for isinstance."})
    made.dialect, made.transactions = dialect, transactions
    return made


class BaseSchemaGenerator:
    """The schema of the models on a connection, as SQL."""

    def __init__(self, client: Executor) -> None:
        self.client = client

    def get_create_schema_sql(self, safe: bool = True) -> str:
        """The statements that create the tables; `safe` passes over those that exist."""
        return get_schema_sql(self.client, safe)

    async def generate_from_string(self, creation_string: str) -> None:
        """Run a script such as `get_create_schema_sql` gives."""
        await self.client.execute_script(creation_string)

    async def generate(self, safe: bool = True) -> None:
        """Create the tables."""
        await generate_schema_for_client(self.client, safe)


Client.schema_generator, Client.executor_class, Client.query_class = BaseSchemaGenerator, BaseExecutor, Query


class ExecutorCache:
    """Stands for the cache of compiled statements: it can be emptied, and counts as empty."""

    def clear(self) -> None:
        """Forget every compiled statement; each is compiled again when it is next needed."""
        forget_statements()

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Any:
        return iter(())


EXECUTOR_CACHE = ExecutorCache()


@dataclass(frozen=True)
class QueryResult(Generic[RowT]):
    """The rows of a statement, and how many it changed or returned."""

    rows: list[RowT]
    rows_affected: int


async def execute_pypika(
    query: Any, *, using_db: Optional[Executor] = None, schema: Optional[Iterable[Any]] = None
) -> QueryResult[Any]:
    """Ran a query built with pypika. Always raises UnSupportedError: there is no pypika in this engine."""
    raise UnSupportedError(
        "queries are not built with pypika here. Use querysets and expressions, Model.raw, or "
        "`await connection.execute_query_dict(sql, values)` with the text of the query, $1 for its first value"
    )
