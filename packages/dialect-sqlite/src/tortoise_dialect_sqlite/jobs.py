"""What takes several calls of SQLite, run whole in the thread of a session."""

from __future__ import annotations

import contextlib
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Optional

from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Params, Row

_SAVEPOINT = "tortoise_insert_many"
#: rollbacks that may fail before one has to succeed
ATTEMPTS = 3


class Job(ABC):
    """One piece of work for the thread. Its results are attributes, to be read once it has run.

    It is handed over in the place of rows, and so passes for an iterable of them.
    """

    def __iter__(self) -> Iterator[Params]:
        return iter(())

    @abstractmethod
    def run(self, connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        """Do it. Raises the errors of `sqlite3`."""


class Rest(Job):
    """No transaction is open any more. That it has run says that nothing queued before it runs either."""

    def run(self, connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        for _ in range(ATTEMPTS):
            # an interrupt that was meant for the statement before it may hit the rollback
            with contextlib.suppress(sqlite3.OperationalError):
                connection.rollback()
        connection.rollback()  # which does nothing where nothing is open
        return connection.cursor()


class Query(Job):
    """One statement of the user's own: `names` of columns, `rows`, and `count` of rows changed or returned."""

    def __init__(self, params: Params) -> None:
        self.params = params
        self.names: Sequence[str] = ()
        self.rows: Sequence[Row] = ()
        self.count = 0
        #: ROWID of the last row that this statement inserted
        self.last_id: Optional[int] = None

    def run(self, connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        cursor = connection.execute(sql, self.params)
        self.rows = cursor.fetchall()
        self.names = [column[0] for column in cursor.description or ()]
        self.count = len(self.rows) if self.names else max(cursor.rowcount, 0)
        # a statement that inserts nothing leaves that of an earlier one there
        self.last_id = cursor.lastrowid if cursor.rowcount > 0 else None
        return cursor


class Script(Job):
    """Several statements, one after the other."""

    def run(self, connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        cursor = connection.cursor()
        for statement in split_script(sql):
            cursor.execute(statement).fetchall()
        return cursor


def split_script(sql: str) -> list[str]:
    """The statements of a script. A semicolon inside text, a comment or a trigger's body ends none."""
    statements, start = [], 0
    end = sql.find(";")
    while end >= 0:
        if sqlite3.complete_statement(sql[start : end + 1]):
            statements.append(sql[start : end + 1])
            start = end + 1
        end = sql.find(";", end + 1)
    statements.append(sql[start:])
    return [statement for statement in statements if statement.strip()]


class InsertMany(Job):
    """All rows or none of them; `keys` in the order of the rows where the plan names a generated key.

    Keys of an AUTOINCREMENT table are greater than any that was ever there (sqlite.org/autoinc.html), and
    sqlite_sequence holds the greatest. Nobody else writes meanwhile, so n rows have raised it by exactly n only
    if they have the n numbers behind the old one, ascending. Where they have not, or the table has no such
    record, the rows go in one by one and each tells its key.
    """

    def __init__(self, plan: BulkInsert, rows: Sequence[Params]) -> None:
        self.plan, self.rows = plan, rows
        self.keys: Optional[Sequence[Any]] = None

    def run(self, connection: sqlite3.Connection, sql: str) -> sqlite3.Cursor:
        own = not connection.in_transaction
        if own:
            connection.execute("BEGIN IMMEDIATE")
        try:
            self.insert(connection, sql)
            return connection.execute("COMMIT") if own else connection.cursor()
        except BaseException:
            if own:
                connection.rollback()
            raise

    def insert(self, connection: sqlite3.Connection, sql: str) -> None:
        """The same inside a transaction."""
        connection.execute(f"SAVEPOINT {_SAVEPOINT}")
        try:
            if self.plan.returning:
                self.keys = self.insert_and_read(connection, sql)
            elif self.plan.key_column is None:
                connection.executemany(sql, self.rows)
            elif self.plan.conflict:
                self.keys = self.insert_by_row(connection, sql, self.plan.key_column)
            elif not self.insert_in_sequence(connection, sql):
                connection.execute(f"ROLLBACK TO {_SAVEPOINT}")
                self.keys = [connection.execute(sql, row).lastrowid or 0 for row in self.rows]
            connection.execute(f"RELEASE {_SAVEPOINT}")
        except BaseException:
            undo(connection)
            raise

    def insert_and_read(self, connection: sqlite3.Connection, sql: str) -> list[Any]:
        """Insert one by one; of each row what the plan asks for."""
        columns = [*filter(None, [self.plan.key_column]), *self.plan.returning]
        returning = f"{sql} RETURNING {', '.join(map(quote_identifier, columns))}"
        return [connection.execute(returning, row).fetchall()[0] for row in self.rows]

    def insert_by_row(self, connection: sqlite3.Connection, sql: str, key: str) -> list[Any]:
        """Insert one by one where rows may be left out or take the place of others; the keys of what was stored."""
        returning = f"{sql} RETURNING {quote_identifier(key)}"
        found = [connection.execute(returning, row).fetchall() for row in self.rows]
        return [rows[0][0] if rows else None for rows in found]

    def insert_in_sequence(self, connection: sqlite3.Connection, sql: str) -> bool:
        """Insert all at once; False if the keys are not known from that."""
        before = self.greatest_key(connection)
        if before is None:
            return False
        connection.executemany(sql, self.rows)
        after, count = self.greatest_key(connection), len(self.rows)
        if after is None or after - before != count:
            return False
        self.keys = range(before + 1, after + 1)
        return True

    def greatest_key(self, connection: sqlite3.Connection) -> Optional[int]:
        """The greatest key the table ever had, 0 before the first; None where SQLite keeps no record of it."""
        schema = "" if self.plan.schema is None else f"{quote_identifier(self.plan.schema)}."
        select = f"SELECT seq FROM {schema}sqlite_sequence WHERE name = ? COLLATE NOCASE"
        try:
            found: Any = connection.execute(select, (self.plan.table,)).fetchone()
        except sqlite3.OperationalError:
            return None  # no table of this database has AUTOINCREMENT
        return 0 if found is None else int(found[0])


def undo(connection: sqlite3.Connection) -> None:
    """Back to the savepoint, unless SQLite has rolled the whole transaction back itself."""
    if connection.in_transaction:
        connection.execute(f"ROLLBACK TO {_SAVEPOINT}")
        connection.execute(f"RELEASE {_SAVEPOINT}")
