"""DDL as SQLite writes it."""

from __future__ import annotations

from tortoise_core.ast import ddl
from tortoise_core.ast.types import Integer
from tortoise_core.dialect.compiler.ddl import DDLCompiler


class SqliteDDLCompiler(DDLCompiler):
    """The standard, with keys by AUTOINCREMENT; foreign keys can only be part of CREATE TABLE."""

    def generated_key(self, column: ddl.ColumnDef) -> str:
        if not isinstance(column.type, Integer):
            self.refuse(f"a generated key of type {column.type!r}")
        # only a column of exactly this type becomes the rowid, and AUTOINCREMENT never gives a key twice
        return "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"

    def visit_AddForeignKey(self, node: ddl.AddForeignKey) -> list[str]:
        self.refuse("adding a foreign key to a table that stands")
