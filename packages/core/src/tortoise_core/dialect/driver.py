"""What a driver offers: opening sessions, running statements on them, and reading its own errors.

A *driver* (aio-something) speaks for one client library. It is chosen separately from the dialect, so
that one dialect may have several drivers. Everything above this floor talks to these two interfaces.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional, Protocol, Union

from tortoise_core.ast.types import SqlType
from tortoise_core.base.errors import ErrorInfo
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_core.dialect.types import ConverterPair

#: one row as the driver gives it: positional access and iteration are all that is used
Row = Sequence[Any]
Params = Sequence[Any]


@dataclass(frozen=True)
class Target:
    """Where to connect, as read from a URL or a credentials mapping.

    `database` is the name or file path as given; `options` holds what the URL said beyond that, by name,
    as text or as the Python values of a credentials mapping. A driver refuses options it does not know.
    """

    scheme: str
    database: str = ""
    host: Optional[str] = None
    port: Optional[int] = None
    user: Optional[str] = None
    #: text, or a callable that gives it; never shown
    password: Any = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)
    #: (host, port) of all hosts where several are named, to be tried in turn; `host` and `port` are the first
    hosts: tuple[tuple[Optional[str], Optional[int]], ...] = ()


#: options that are the pool's on every driver; drivers do not see them, and may name them to who mistook one
POOL_OPTIONS = (
    *("minsize", "min_size", "maxsize", "max_size", "acquire_timeout", "connect_timeout", "heal_timeout"),
    *("max_lifetime", "idle_timeout", "max_inactive_connection_lifetime", "max_uses"),
)


@dataclass(frozen=True)
class BulkInsert:
    """One table and the columns that rows of a bulk insert fill, in order.

    `sql` inserts one row of `columns`, in the driver's parameter style. `key_column` names the
    generated key to report (None: the rows carry their keys already), which is not among `columns`. `conflict`:
    `sql` says what becomes of rows that conflict; `key_column` is then the key of the row that was stored, and may be
    among `columns`.
    """

    sql: str
    table: str
    schema: Optional[str]
    columns: tuple[str, ...]
    key_column: Optional[str] = None
    conflict: bool = False
    #: further columns whose stored values come back with each row; not with `conflict`
    returning: tuple[str, ...] = ()
    #: parameters of `sql` behind those of the columns; each row brings them
    more: int = 0


class Stream(Protocol):
    """The rows of one statement that is under way, in parts."""

    async def fetch(self, count: int) -> Sequence[Row]:
        """The next rows, at most `count`; none at the end."""
        ...

    async def close(self) -> None:
        """Let go of the rest. The session can then be used as before."""
        ...


class Session(Protocol):
    """One open connection to a server, as the pool holds it. Raises the driver's own errors."""

    #: True once the connection is known to be lost; a plain attribute that reading is free of cost
    closed: bool

    @property
    def library_connection(self) -> Any:
        """The client library's own connection."""
        ...

    def fetch(self, sql: str, params: Params, /) -> Coroutine[Any, Any, Sequence[Row]]:
        """Run one statement and give all rows it returns, in one round trip."""
        ...

    async def execute(self, sql: str, params: Params) -> int:
        """Run one statement and give the number of rows it changed, in one round trip."""
        ...

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        """Run a statement of the user's own: (column names, rows, number of rows changed or returned)."""
        ...

    async def stream(self, sql: str, params: Params) -> Stream:
        """Begin a statement whose rows are to come in parts.

        In a transaction other statements may run in between; outside of one the session is the stream's alone until
        that is closed.
        """
        ...

    async def script(self, sql: str) -> None:
        """Run several statements without parameters."""
        ...

    async def insert(self, sql: str, params: Params) -> Any:
        """Run an INSERT of the user's own: the first value it returns, else the key the library tells, else None."""
        ...

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run a statement of the user's own for each row of parameters: all of them or none."""
        ...

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        """Insert all rows or none of them; give the generated keys in the order of `rows`.

        Atomic by itself outside a transaction. Keys are matched by an order the server guarantees,
        never by the order of RETURNING. None when `plan.key_column` is None. With `plan.conflict` the key of a row
        that was left out is None. With `plan.returning` each is a row: the key, if one is reported, and these columns.
        """
        ...

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        """Open a transaction, in one round trip. `options` are what the capabilities promise."""
        ...

    async def savepoint(self, name: str) -> None:
        """Mark a point inside the open transaction."""
        ...

    async def release(self, name: str) -> None:
        """Forget a savepoint and keep what was done since."""
        ...

    async def rollback_to(self, name: str) -> None:
        """Undo what was done since a savepoint, and forget it."""
        ...

    async def commit(self) -> None:
        """Commit the open transaction."""
        ...

    async def rollback(self) -> None:
        """Roll the open transaction back."""
        ...

    async def heal(self) -> None:
        """Bring the session back to a clean state after a failure or a cancelled call.

        Afterwards nothing runs on it and no transaction is open. Raises if that cannot be reached.
        """
        ...

    def unread(self) -> bool:
        """True if something has come in that nobody asked for, which most often is the end of the connection.

        Asked of sessions that lay idle, before they are used; at the price of a system call at most. False where
        there is no connection that could end.
        """
        ...

    async def close(self) -> None:
        """Close orderly."""
        ...

    def terminate(self) -> None:
        """Drop the connection at once, without waiting; never raises."""
        ...


@dataclass(frozen=True)
class Driver:
    """One client library, described.

    `name` is that of the library. `paramstyle` is "qmark" (?), "numeric_dollar" ($1) or "format" (%s).
    `shares_session`: several statements outside transactions may be in flight on one session, which
    queues them itself (default False: a session serves one task at a time). `pool_size` gives the
    default (minimum, maximum) for a target; a maximum of 1 is a database that only one session can see.
    `path_database`: what follows ``scheme://`` in a URL is a path, not a host (default False).
    `several_hosts`: a target may name more than one host, which the library tries in turn (default False).
    `variant` gives the driver that a target's options ask for in the place of this one, or None (default: there is
    none).
    `pool_synonyms`: option as users of the library know it -> option of the pool that it stands for.
    `check` raises ConfigurationError for a target with options it does not know, without connecting.
    `create_database` and `drop_database` make and delete the database of a target; the latter passes over one that
    is not there. `option_types`: options of a URL that are not text; `option_defaults`: what holds for those not given.
    """

    name: str
    paramstyle: str
    connect: Callable[[Target], Awaitable[Session]]
    classify: Callable[[BaseException], Optional[ErrorInfo]]
    server_version: Callable[[Session], Awaitable[tuple[int, ...]]]
    pool_size: Callable[[Target], tuple[int, int]]
    shares_session: bool = False
    path_database: bool = False
    several_hosts: bool = False
    #: converters that differ from the dialect's own because of what the library does itself:
    #: SQL type, or class of types -> (encode, decode)
    converters: Mapping[Union[type, SqlType], ConverterPair] = field(default_factory=dict)
    check: Optional[Callable[[Target], Any]] = None
    create_database: Optional[Callable[[Target], Awaitable[None]]] = None
    drop_database: Optional[Callable[[Target], Awaitable[None]]] = None
    option_types: Mapping[str, type] = field(default_factory=dict)
    option_defaults: Mapping[str, Any] = field(default_factory=dict)
    pool_synonyms: Mapping[str, str] = field(default_factory=dict)
    variant: Callable[[Target], Optional[Driver]] = lambda target: None

    def serving(self, target: Target) -> Driver:
        """The driver for `target`: this one, or the variant that its options ask for."""
        return self.variant(target) or self
