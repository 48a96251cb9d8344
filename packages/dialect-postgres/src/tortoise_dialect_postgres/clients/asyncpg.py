"""PostgreSQL by asyncpg: one session per connection of the library, without its pool."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterable, Sequence
from dataclasses import replace
from typing import Any, Callable, Optional
from uuid import UUID

import asyncpg
from asyncpg import exceptions as pg
from asyncpg.prepared_stmt import PreparedStatement

from tortoise_core.ast.types import Uuid
from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Stream, Target
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_dialect_postgres.bulk import gives_nothing, keys_by_number, keys_of, numbered, returning
from tortoise_dialect_postgres.clients.asyncpg_connect import connect_library, connect_minding_proxies
from tortoise_dialect_postgres.clients.asyncpg_copying import copy_out
from tortoise_dialect_postgres.clients.asyncpg_errors import classify
from tortoise_dialect_postgres.clients.asyncpg_listening import listen
from tortoise_dialect_postgres.clients.asyncpg_options import check, connect_arguments
from tortoise_dialect_postgres.clients.asyncpg_ranges import RANGES
from tortoise_dialect_postgres.clients.polling import poll_of
from tortoise_dialect_postgres.clients.proxies import Proxy
from tortoise_dialect_postgres.commands.copying import Options, Write, with_literals
from tortoise_dialect_postgres.commands.listening import Notification
from tortoise_dialect_postgres.databases import STANDING, create_statement, drop_statement
from tortoise_dialect_postgres.options import (
    OPTION_TYPES,
    POOL_SYNONYMS,
    PORT,
    STATEMENT_LIFETIME,
    STATEMENT_SIZE,
    STATEMENTS,
)
from tortoise_dialect_postgres.transactions import begin_statement

dialect_name = "postgres"

#: what a prepared statement raises once the server has another idea of it: its result has changed, or it is gone
_STALE = (pg.InvalidCachedStatementError, pg.InvalidSQLStatementNameError, pg.OutdatedSchemaCacheError)


class CursorStream:
    """Rows of a server's portal in parts, one round trip for each; `own`: its transaction ends with it."""

    def __init__(self, connection: Any, statement: Any, cursor: Any, own: bool) -> None:
        # the portal is gone with its statement, which asyncpg lets go of where nobody has it any more
        self._connection, self._statement, self._cursor, self._own = connection, statement, cursor, own

    async def fetch(self, count: int) -> Sequence[Row]:
        rows: Sequence[Row] = await self._cursor.fetch(count)
        return rows

    async def close(self) -> None:
        if self._own:
            await self._connection.execute("COMMIT")


class PlainSession:
    """One connection, every statement parsed anew: for servers behind a proxy that does not keep statements."""

    #: of statements that are fetched in parts; without one, they leave nothing behind in a session that others get
    stream_name: Optional[str] = ""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.closed = False
        #: what is to be minded where a proxy stands before the server
        self.proxy: Optional[Proxy] = None
        transport = getattr(connection, "_transport", None)
        self._poll = poll_of(None if transport is None else transport.get_extra_info("socket"))
        connection.add_termination_listener(self._lost)

    @property
    def library_connection(self) -> Any:
        if self.proxy is not None:
            self.proxy.marked = True
        return self.connection

    def _lost(self, connection: Any) -> None:
        self.closed = True

    # -- statements

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        rows: Sequence[Row] = await self.connection.fetch(sql, *params)
        return rows

    async def execute(self, sql: str, params: Params) -> int:
        return row_count(await self.connection.execute(sql, *params))

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        self._check_bound(sql)
        # a statement without a name lives until the next one, which asyncpg parses again when it must
        return await _run(await self.connection.prepare(sql, name=""), params)

    async def stream(self, sql: str, params: Params) -> Stream:
        # a cursor lives in a transaction, which is opened for it where there is none
        own = not self.connection.is_in_transaction()
        if own:
            await self.connection.execute("BEGIN")
        try:
            statement = await self.connection.prepare(sql, name=self.stream_name)
            return CursorStream(self.connection, statement, await statement.cursor(*params), own)
        except Exception:
            if own:
                await self.connection.execute("ROLLBACK")
            raise

    def _check_bound(self, sql: str) -> None:
        if self.proxy is not None:
            self.proxy.check(sql)

    async def script(self, sql: str) -> None:
        self._check_bound(sql)
        try:
            await self.connection.execute(sql)
        except AttributeError as error:  # asyncpg reads the status of the last statement, and there is none
            raise asyncpg.InterfaceError("the script has no statement") from error

    async def insert(self, sql: str, params: Params) -> Any:
        rows = (await self.query(sql, params))[1]
        return rows[0][0] if rows else None

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        self._check_bound(sql)
        await self.connection.executemany(sql, rows)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        # each row is an execution of its own, so keys come in the order of the rows whatever makes them; all of them
        # travel together and stand before one Sync, which makes them one transaction (manual, "Pipelining")
        if gives_nothing(plan):
            await self.connection.executemany(plan.sql, rows)
            return None
        if plan.conflict:
            return keys_by_number(await self.connection.fetchmany(returning(plan), numbered(rows)), rows)
        return keys_of(plan, await self.connection.fetchmany(returning(plan), rows), rows)

    # -- beyond statements

    async def listen(
        self,
        channels: Sequence[str],
        heard: Callable[[Notification], None],
        lost: Callable[[BaseException], None],
        check_every: Optional[float],
    ) -> Callable[[], None]:
        """As `ListeningSession.listen`."""
        if self.proxy is not None:
            self.proxy.refuse("LISTEN")
        return await listen(self.connection, channels, heard, lost, check_every)

    async def parameter_types(self, sql: str) -> Sequence[int]:
        """As `CopyingSession.parameter_types`."""
        statement = await self.connection.prepare(sql)
        return [found.oid for found in statement.get_parameters()]

    async def copy_out(self, query: str, params: Params, options: Options, write: Write) -> int:
        """As `CopyingSession.copy_out`."""
        text = await with_literals(self, query, params)
        return row_count(await copy_out(self.connection, text, options, write))

    async def copy_in(
        self, table: str, schema: Optional[str], columns: Sequence[str], options: Options, parts: AsyncIterable[bytes]
    ) -> int:
        """As `CopyingSession.copy_in`."""
        where = {"schema_name": schema, "columns": columns or None}
        return row_count(await self.connection.copy_to_table(table, source=parts, **where, **options))

    async def copy_rows(self, plan: BulkInsert, rows: AsyncIterable[Params]) -> int:
        """As `CopyingSession.copy_rows`."""
        where = {"schema_name": plan.schema, "columns": plan.columns}
        return row_count(await self.connection.copy_records_to_table(plan.table, records=rows, **where))

    # -- transactions, by the simple protocol: one round trip and nothing to prepare

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        await self.connection.execute(begin_statement(options))

    async def savepoint(self, name: str) -> None:
        await self.connection.execute(f"SAVEPOINT {quote_identifier(name)}")

    async def release(self, name: str) -> None:
        await self.connection.execute(f"RELEASE SAVEPOINT {quote_identifier(name)}")

    async def rollback_to(self, name: str) -> None:
        point = quote_identifier(name)
        await self.connection.execute(f"ROLLBACK TO SAVEPOINT {point}; RELEASE SAVEPOINT {point}")

    async def commit(self) -> None:
        # the server answers a COMMIT after a statement that failed with ROLLBACK, which is no error to it
        if await self.connection.execute("COMMIT") == "ROLLBACK":
            raise pg.InFailedSQLTransactionError("a statement of the transaction had failed: it was rolled back")

    async def rollback(self) -> None:
        await self.connection.execute("ROLLBACK")

    # -- the end

    async def heal(self) -> None:
        connection = self.connection
        # waits until the server has let go of a cancelled statement; only then is known whether a transaction is open
        with contextlib.suppress(pg.InFailedSQLTransactionError):
            await connection.execute("SELECT 1")
        if connection.is_in_transaction():
            await connection.execute("ROLLBACK")
        if self.proxy is not None:
            if self.proxy.marked:
                await self.close()
            return
        # what `RESET ALL` passes over, and what must not be lent to others (manual, "SET ROLE")
        await connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE")
        await connection.reset()

    def unread(self) -> bool:
        return bool(self._poll is not None and self._poll.poll(0))

    async def close(self) -> None:
        self.closed = True
        await self.connection.close()

    def terminate(self) -> None:
        self.closed = True
        transport = getattr(self.connection, "_transport", None)
        try:
            self.connection.terminate()
        except Exception:  # the loop is closed: nothing can be scheduled on it, which is how a transport ends
            close_socket(transport)


class PreparedSession(PlainSession):
    """One connection that keeps its statements prepared, by their text."""

    stream_name = None

    def __init__(self, connection: Any, limit: int, lifetime: float, size: int) -> None:
        super().__init__(connection)
        self.limit, self.lifetime, self.size = limit, lifetime, size
        self._prepared: dict[str, PreparedStatement[Any]] = {}
        #: when each was prepared, in the same order
        self._since: dict[str, float] = {}

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        statement = self._prepared.get(sql)
        if statement is None:
            statement = await self._prepare(sql)
        try:
            rows: Sequence[Row] = await statement.fetch(*params)
        except _STALE as error:
            rows = await (await self._anew(sql, error)).fetch(*params)
        return rows

    async def execute(self, sql: str, params: Params) -> int:
        if not params:
            return row_count(await self.connection.execute(sql))
        statement = self._prepared.get(sql)
        if statement is None:
            statement = await self._prepare(sql)
        try:
            await statement.fetch(*params)
        except _STALE as error:
            statement = await self._anew(sql, error)
            await statement.fetch(*params)
        return row_count(statement.get_statusmsg())

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        self._check_bound(sql)
        statement = self._prepared.get(sql) or await self._prepare(sql)
        try:
            return await _run(statement, params)
        except _STALE as error:
            return await _run(await self._anew(sql, error), params)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        sql = plan.sql if gives_nothing(plan) else returning(plan)
        statement = self._prepared.get(sql) or await self._prepare(sql)
        try:
            return await _insert(statement, plan, rows)
        except _STALE as error:
            return await _insert(await self._anew(sql, error), plan, rows)

    async def _prepare(self, sql: str) -> PreparedStatement[Any]:
        statement: PreparedStatement[Any] = await self.connection.prepare(sql)
        if self.size and len(sql) > self.size:
            return statement
        now = time.monotonic()
        self._make_room(now)
        self._prepared[sql], self._since[sql] = statement, now
        return statement

    def _make_room(self, now: float) -> None:
        """Forget statements that are too old, and the oldest one when there are too many."""
        old = now - self.lifetime if self.lifetime else 0.0
        for sql, since in list(self._since.items()):
            if since >= old and len(self._since) < self.limit:
                return
            self._forget(sql)

    def _forget(self, sql: str) -> None:
        # asyncpg closes it on the server once nobody holds it
        self._prepared.pop(sql, None)
        self._since.pop(sql, None)

    async def _anew(self, sql: str, error: Exception) -> PreparedStatement[Any]:
        """Prepare `sql` again after its statement went stale; inside a transaction, which it has ended, re-raise."""
        self._prepared.clear()
        self._since.clear()
        if isinstance(error, pg.OutdatedSchemaCacheError) or self.connection.is_in_transaction():
            raise error  # the first of them tells of rows that could not be read: the statement itself was carried out
        return await self._prepare(sql)


class DirectSession(PreparedSession):
    """The same, past the layers that asyncpg puts around a prepared statement: four calls of 15 µs that cost 1.5.

    What it calls is not asyncpg's public face, which is why the dialect names the releases it was tried with;
    `is_direct` tells whether a connection has it.
    """

    def __init__(self, connection: Any, limit: int, lifetime: float, size: int) -> None:
        super().__init__(connection, limit, lifetime, size)
        self._bind_execute = connection._protocol.bind_execute

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        statement: Any = self._prepared.get(sql)
        if statement is None or self.closed:
            return await super().fetch(sql, params)
        try:
            rows: Sequence[Row] = await self._bind_execute(statement._state, params, "", 0, False, None)
        except _STALE as error:
            rows = await (await self._anew(sql, error)).fetch(*params)
        return rows

    async def execute(self, sql: str, params: Params) -> int:
        statement: Any = self._prepared.get(sql)
        if statement is None or self.closed or not params:
            return await super().execute(sql, params)
        try:
            _, status, _ = await self._bind_execute(statement._state, params, "", 0, True, None)
        except _STALE as error:
            statement = await self._anew(sql, error)
            await statement.fetch(*params)
            return row_count(statement.get_statusmsg())
        return row_count(status.decode())

    async def _anew(self, sql: str, error: Exception) -> PreparedStatement[Any]:
        if isinstance(error, pg.OutdatedSchemaCacheError):
            await self.connection.reload_schema_state()
        return await super()._anew(sql, error)


def is_direct(connection: Any) -> bool:
    """True if `connection` has what a `DirectSession` calls."""
    protocol = getattr(connection, "_protocol", None)
    return hasattr(protocol, "bind_execute") and hasattr(PreparedStatement, "_state")


def close_socket(transport: Any) -> None:
    """Close the socket of a transport that its loop has left behind; left to others it waits for the collector."""
    # the loop offers no public way once it is closed; where this one is missing the collector does it
    sock = getattr(transport, "_sock", None)
    if sock is not None:
        sock.close()
        transport._sock = None


async def _run(statement: PreparedStatement[Any], params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
    rows = await statement.fetch(*params)
    names: list[str] = [attribute.name for attribute in statement.get_attributes()]
    return names, rows, len(rows) if names else row_count(statement.get_statusmsg())


async def _insert(
    statement: PreparedStatement[Any], plan: BulkInsert, rows: Sequence[Params]
) -> Optional[Sequence[Any]]:
    if gives_nothing(plan):
        await statement.executemany(rows)
        return None
    if plan.conflict:
        return keys_by_number(await statement.fetchmany(numbered(rows)), rows)
    return keys_of(plan, await statement.fetchmany(rows), rows)


def row_count(status: Optional[str]) -> int:
    """The number in a command tag such as ``UPDATE 3`` or ``INSERT 0 1``; 0 where there is none."""
    count = (status or "").rpartition(" ")[2]
    return int(count) if count.isdigit() else 0


async def connect(target: Target) -> Session:
    """Open a session. Raises asyncpg's errors, and ConfigurationError for options it does not know."""
    arguments = connect_arguments(target)
    stated = arguments.pop("pgbouncer", None)
    lifetime = arguments.get("max_cached_statement_lifetime", STATEMENT_LIFETIME)
    size = arguments.get("max_cacheable_statement_size", STATEMENT_SIZE)
    arguments.setdefault("timeout", None)  # the pool bounds it
    connection, proxy = await connect_minding_proxies(arguments, stated)
    limit = arguments.get("statement_cache_size", STATEMENTS if proxy is None else 0)
    session: PlainSession
    if limit:
        kind = DirectSession if is_direct(connection) else PreparedSession
        session = kind(connection, limit, lifetime, size)
    else:
        session = PlainSession(connection)
    session.proxy = proxy
    return session


async def create_database(target: Target) -> None:
    """Create the database of `target`, owned by the user who asks. Raises asyncpg's errors."""
    await _administer(target, create_statement(target.database))


async def drop_database(target: Target) -> None:
    """Delete it if it is there, whoever is connected. Raises asyncpg's errors."""
    await _administer(target, drop_statement(target.database))


async def _administer(target: Target, statement: str) -> None:
    error: Optional[Exception] = None
    for name in STANDING:
        try:
            arguments = connect_arguments(replace(target, database=name))
            arguments.pop("pgbouncer", None)
            connection = await connect_library(arguments)
        except pg.InvalidCatalogNameError as missing:
            error = missing
            continue
        try:
            await connection.execute(statement)
            return
        finally:
            await connection.close()
    assert error is not None
    raise error


async def server_version(session: Session) -> tuple[int, ...]:
    """The server's version as (major, minor)."""
    assert isinstance(session, PlainSession)
    version = session.connection.get_server_version()
    return (version.major, version.minor)


def plain_uuid(value: UUID) -> UUID:
    """A UUID of the standard library: asyncpg gives a subclass, which JSON encoders refuse."""
    return UUID(int=value.int)


def pool_size(target: Target) -> tuple[int, int]:
    """(1, 10), as in Tortoise ORM before."""
    return (1, 10)


driver = Driver(
    name="asyncpg",
    paramstyle="numeric_dollar",
    connect=connect,
    classify=classify,
    server_version=server_version,
    pool_size=pool_size,
    several_hosts=True,
    converters={Uuid: (None, plain_uuid), **RANGES},
    check=check,
    create_database=create_database,
    drop_database=drop_database,
    option_types=OPTION_TYPES,
    option_defaults={"port": PORT},
    pool_synonyms=POOL_SYNONYMS,
)
