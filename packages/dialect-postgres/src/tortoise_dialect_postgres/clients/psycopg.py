"""PostgreSQL by psycopg: one session per connection of the library, without its pool and its cursors.

Statements go by libpq's own calls (`psycopg.pq`), so that the server settles the types of parameters as it does with
asyncpg, each statement is prepared by its text, and both drivers run the same SQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Sequence
from dataclasses import replace
from typing import Any, Callable, Optional

import psycopg
from psycopg.errors import FeatureNotSupported, InFailedSqlTransaction, InvalidSqlStatementName
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Driver, Params, Row, Session, Stream, Target
from tortoise_core.dialect.transactions import TransactionOptions
from tortoise_dialect_postgres.bulk import gives_nothing, keys_by_number, keys_of, numbered, returning
from tortoise_dialect_postgres.clients.polling import poll_of
from tortoise_dialect_postgres.clients.proxies import Proxy
from tortoise_dialect_postgres.clients.psycopg_connect import connect_library
from tortoise_dialect_postgres.clients.psycopg_copying import binary_rows, copy_in, copy_out, writes_all
from tortoise_dialect_postgres.clients.psycopg_errors import classify, is_outdated
from tortoise_dialect_postgres.clients.psycopg_listening import listen
from tortoise_dialect_postgres.clients.psycopg_options import Settings, check, read_settings
from tortoise_dialect_postgres.clients.psycopg_ranges import RANGES
from tortoise_dialect_postgres.clients.psycopg_statements import Kept, Statement
from tortoise_dialect_postgres.clients.psycopg_streams import CursorStream, WholeStream, has_cursor
from tortoise_dialect_postgres.clients.psycopg_wire import Wire
from tortoise_dialect_postgres.commands.copying import Options, Write, into, options_clause, with_literals
from tortoise_dialect_postgres.commands.listening import Notification
from tortoise_dialect_postgres.databases import STANDING, create_statement, drop_statement
from tortoise_dialect_postgres.options import OPTION_TYPES, POOL_SYNONYMS, PORT
from tortoise_dialect_postgres.transactions import begin_statement

dialect_name = "postgres"

#: what a statement raises once the server has another idea of it: its result has changed, or it is gone
_STALE = (FeatureNotSupported, InvalidSqlStatementName)
#: what statements of the user's own may have left behind; `RESET ALL` passes over roles (manual, "SET ROLE")
_RESET = "SELECT pg_advisory_unlock_all(); CLOSE ALL; UNLISTEN *; RESET ALL; RESET SESSION AUTHORIZATION; RESET ROLE"
#: rows of a bulk insert that are sent before other tasks have their turn
_PART = 500


class PsycopgSession(Wire):
    """One connection. Statements stay prepared on the server unless `settings` says that none is to be kept."""

    def __init__(self, connection: psycopg.AsyncConnection[Any], settings: Settings) -> None:
        super().__init__(connection, settings.command_timeout)
        self.named, self.size = settings.keeps_statements is not False, settings.statement_size
        #: what is to be minded where a proxy stands before the server
        self.proxy: Optional[Proxy] = None
        self._kept = Kept(settings.statements, settings.statement_lifetime)
        self._names = 0
        self._poll = poll_of(self.pgconn.socket)

    @property
    def library_connection(self) -> Any:
        self.lent = True
        if self.proxy is not None:
            self.proxy.marked = True
        return self.connection

    async def look_for_proxy(self, settings: Settings) -> None:
        """Mind the proxy that is there, by the settings or by the process that answers (see `proxies`)."""
        if settings.pgbouncer or (settings.pgbouncer is None and await self._is_proxied()):
            self.proxy = Proxy(bool(settings.pgbouncer))
            if settings.keeps_statements is None:
                self.named, self.connection.prepare_threshold = False, None

    async def _is_proxied(self) -> bool:
        sql = f"SELECT 1 FROM pg_backend_pid() AS pid WHERE pid = {self.pgconn.backend_pid}"
        try:
            return (await self._simple(sql))[-1].ntuples != 1
        except psycopg.DatabaseError:
            return True  # where the server cannot tell, it is better to suspect one

    def _check_bound(self, sql: str) -> None:
        if self.proxy is not None:
            self.proxy.check(sql)

    # -- statements

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        statement = self._kept.get(sql) or await self._describe(sql)
        self.check_free()
        try:
            statement.send(self.pgconn, params)
            (result,) = await self.results()
        except _STALE as error:
            statement, result = await self._again(sql, params, error)
        return statement.decode(result)

    async def execute(self, sql: str, params: Params) -> int:
        if not params:
            return (await self._simple(sql))[-1].command_tuples or 0
        return (await self._run(sql, params))[1].command_tuples or 0

    async def query(self, sql: str, params: Params) -> tuple[Sequence[str], Sequence[Row], int]:
        self._check_bound(sql)
        statement, result = await self._run(sql, params)
        names = statement.decode.names
        rows = statement.decode(result)
        return names, rows, len(rows) if names else result.command_tuples or 0

    async def stream(self, sql: str, params: Params) -> Stream:
        if not has_cursor(sql):
            return WholeStream(await self.fetch(sql, params))
        # a cursor lives in a transaction, which is opened for it where there is none
        own = not self.in_transaction()
        if own:
            await self.begin()
        try:
            return await self._declare(sql, params, own)
        except Exception:
            if own:
                await self.rollback()
            raise

    async def _declare(self, sql: str, params: Params, own: bool) -> Stream:
        self._names += 1
        name = f"tortoise_cursor_{self._names}"
        await self._run_once(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", params)
        return await CursorStream.of(self, name, own)

    async def script(self, sql: str) -> None:
        self._check_bound(sql)
        results = await self._simple(sql)
        if results[-1].status == ExecStatus.EMPTY_QUERY:
            raise psycopg.ProgrammingError("the script has no statement")

    async def insert(self, sql: str, params: Params) -> Any:
        rows = (await self.query(sql, params))[1]
        return rows[0][0] if rows else None

    async def execute_many(self, sql: str, rows: Sequence[Params]) -> None:
        self._check_bound(sql)
        await self._run_many(sql, rows)

    async def insert_many(self, plan: BulkInsert, rows: Sequence[Params]) -> Optional[Sequence[Any]]:
        # all executions travel together and stand before one Sync, which makes them one transaction (manual,
        # "Pipelining")
        if gives_nothing(plan):
            await self._run_many(plan.sql, rows)
            return None
        if plan.conflict:
            return keys_by_number(await self._run_many(returning(plan), numbered(rows)), rows)
        return keys_of(plan, await self._run_many(returning(plan), rows), rows)

    async def _run_once(self, sql: str, params: Params) -> None:
        statement = await self._parse(b"", encoded(sql))
        statement.send(self.pgconn, params)
        await self.results()

    async def _simple(self, sql: str) -> list[PGresult]:
        return await self.simple(encoded(sql))

    async def _run(self, sql: str, params: Params) -> tuple[Statement, PGresult]:
        statement = self._kept.get(sql) or await self._describe(sql)
        self.check_free()
        try:
            statement.send(self.pgconn, params)
            return statement, (await self.results())[-1]
        except _STALE as error:
            return await self._again(sql, params, error)

    async def _again(self, sql: str, params: Params, error: psycopg.Error) -> tuple[Statement, PGresult]:
        statement = await self._anew(sql, error)
        statement.send(self.pgconn, params)
        return statement, (await self.results())[-1]

    async def _run_many(self, sql: str, rows: Sequence[Params]) -> list[Row]:
        statement = self._kept.get(sql) or await self._describe(sql)
        try:
            results = await self._pipe(statement, rows)
        except _STALE as error:
            statement = await self._anew(sql, error)
            results = await self._pipe(statement, rows)
        return statement.decode.all(results)

    async def _pipe(self, statement: Statement, rows: Sequence[Params]) -> list[PGresult]:
        # all of them before the first is sent, because those that were sent would be carried out
        encoded_rows = [statement.encode(row) for row in rows]
        with self.pipeline():
            for start in range(0, len(rows), _PART):
                for values in encoded_rows[start : start + _PART]:
                    statement.send_encoded(self.pgconn, values)
                self.flush()
                await asyncio.sleep(0)
        return await self.pipeline_results()

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
        return await listen(self, channels, heard, lost, check_every)

    async def parameter_types(self, sql: str) -> Sequence[int]:
        """As `CopyingSession.parameter_types`."""
        return (self._kept.get(sql) or await self._describe(sql)).oids

    async def copy_out(self, query: str, params: Params, options: Options, write: Write) -> int:
        """As `CopyingSession.copy_out`."""
        text = await with_literals(self, query, params)
        return await copy_out(self, f"COPY ({text}) TO STDOUT {options_clause(options)}", write)

    async def copy_in(
        self, table: str, schema: Optional[str], columns: Sequence[str], options: Options, parts: AsyncIterable[bytes]
    ) -> int:
        """As `CopyingSession.copy_in`."""
        statement = f"COPY {into(table, schema, columns)} FROM STDIN {options_clause(options)}"
        return await copy_in(self, statement, parts)

    async def copy_rows(self, plan: BulkInsert, rows: AsyncIterable[Params]) -> int:
        """As `CopyingSession.copy_rows`."""
        statement = self._kept.get(plan.sql) or await self._describe(plan.sql)
        if not writes_all(statement.encode):
            return await self._insert_rows(plan, rows)
        into_table = f"COPY {into(plan.table, plan.schema, plan.columns)} FROM STDIN (FORMAT binary)"
        return await copy_in(self, into_table, binary_rows(statement.encode, rows))

    async def _insert_rows(self, plan: BulkInsert, rows: AsyncIterable[Params]) -> int:
        """The same by INSERT, for types that have no binary form here."""
        own, count = not self.in_transaction(), 0
        if own:
            await self.begin()
        part: list[Params] = []
        async for row in rows:
            part.append(row)
            if len(part) == _PART:
                await self._run_many(plan.sql, part)
                count, part = count + len(part), []
        if part:
            await self._run_many(plan.sql, part)
        if own:
            await self.commit()
        return count + len(part)

    # -- what is prepared

    async def _describe(self, sql: str) -> Statement:
        """Have the server parse a statement, under a name of its own if it is to be kept there."""
        text, name = encoded(sql), b""
        kept = not self.size or len(sql) <= self.size
        if self.named and kept:
            self._names += 1
            name = b"tortoise_%d" % self._names
        statement = await self._parse(name, text)
        if kept:
            self._kept.put(sql, statement)
        return statement

    async def _parse(self, name: bytes, text: bytes) -> Statement:
        pgconn, dropped = self.pgconn, self._kept.dropped
        with self.pipeline():
            for old in dropped:
                _close_statement(pgconn, old)
            pgconn.send_prepare(name, text)
            pgconn.send_describe_prepared(name)
        results = await self.pipeline_results()
        dropped.clear()
        return Statement(name, text, results[-1])

    async def _anew(self, sql: str, error: psycopg.Error) -> Statement:
        """Prepare `sql` again after its statement went stale; inside a transaction, which it has ended, re-raise."""
        if isinstance(error, FeatureNotSupported) and not is_outdated(error):
            raise error
        self._kept.clear()
        if self.in_transaction():
            raise error
        return await self._describe(sql)

    # -- transactions, by the simple protocol: one round trip and nothing to prepare

    def in_transaction(self) -> bool:
        """True while one is open, or has failed and not been rolled back."""
        return self.pgconn.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    async def begin(self, options: Optional[TransactionOptions] = None) -> None:
        await self._simple(begin_statement(options))

    async def savepoint(self, name: str) -> None:
        await self._simple(f"SAVEPOINT {quote_identifier(name)}")

    async def release(self, name: str) -> None:
        await self._simple(f"RELEASE SAVEPOINT {quote_identifier(name)}")

    async def rollback_to(self, name: str) -> None:
        point = quote_identifier(name)
        await self._simple(f"ROLLBACK TO SAVEPOINT {point}; RELEASE SAVEPOINT {point}")

    async def commit(self) -> None:
        # the server answers a COMMIT after a statement that failed with ROLLBACK, which is no error to it
        if (await self._simple("COMMIT"))[-1].command_status == b"ROLLBACK":
            raise InFailedSqlTransaction("a statement of the transaction had failed: it was rolled back")

    async def rollback(self) -> None:
        await self._simple("ROLLBACK")

    # -- the end

    async def heal(self) -> None:
        self.check_free()
        self.lent = False
        self.watch()
        await self.abandon()
        if self.proxy is not None:
            if self.in_transaction():
                await self.rollback()
            if self.proxy.marked:
                await self.close()
            return
        # one round trip; a transaction that has failed takes nothing before its end
        await self._simple(f"ROLLBACK; {_RESET}" if self.in_transaction() else _RESET)

    def unread(self) -> bool:
        return bool(self._poll is not None and self._poll.poll(0))

    async def close(self) -> None:
        self.hang_up()
        await self.connection.close()

    def terminate(self) -> None:
        self.hang_up()


def encoded(sql: str) -> bytes:
    """The text as libpq takes it, to which a NUL would be its end. Raises psycopg.DataError."""
    text = sql.encode()
    if b"\0" in text:
        raise psycopg.DataError("a statement cannot contain NUL (0x00) characters")
    return text


def _close_statement(pgconn: Any, name: bytes) -> None:
    if psycopg.capabilities.has_send_close_prepared():
        pgconn.send_close_prepared(name)
    else:  # before libpq 17
        pgconn.send_query_params(b'DEALLOCATE "%s"' % name, [])


async def connect(target: Target) -> Session:
    """Open a session. Raises psycopg's errors, and ConfigurationError for options it does not know."""
    settings = read_settings(target)
    session = PsycopgSession(await connect_library(settings), settings)
    try:
        await session.look_for_proxy(settings)
    except BaseException:
        session.terminate()
        raise
    return session


async def create_database(target: Target) -> None:
    """Create the database of `target`, owned by the user who asks. Raises psycopg's errors."""
    await _administer(target, create_statement(target.database))


async def drop_database(target: Target) -> None:
    """Delete it if it is there, whoever is connected. Raises psycopg's errors."""
    await _administer(target, drop_statement(target.database))


async def _administer(target: Target, statement: str) -> None:
    error: Optional[Exception] = None
    for name in STANDING:
        try:
            session = await connect(replace(target, database=name))
        except psycopg.errors.InvalidCatalogName as missing:
            error = missing
            continue
        try:
            await session.execute(statement, ())
            return
        finally:
            await session.close()
    assert error is not None
    raise error


async def server_version(session: Session) -> tuple[int, ...]:
    """The server's version as (major, minor)."""
    assert isinstance(session, PsycopgSession)
    return divmod(session.pgconn.server_version, 10000)


def pool_size(target: Target) -> tuple[int, int]:
    """(1, 10), as in Tortoise ORM before."""
    return (1, 10)


driver = Driver(
    name="psycopg",
    paramstyle="numeric_dollar",
    connect=connect,
    classify=classify,
    server_version=server_version,
    pool_size=pool_size,
    several_hosts=True,
    converters=RANGES,
    check=check,
    create_database=create_database,
    drop_database=drop_database,
    option_types=OPTION_TYPES,
    option_defaults={"port": PORT},
    pool_synonyms=POOL_SYNONYMS,
)
