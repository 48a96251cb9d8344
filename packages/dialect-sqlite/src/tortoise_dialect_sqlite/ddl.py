"""DDL as SQLite writes it."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast import ddl
from tortoise_core.ast.types import Integer, SqlType, Timestamp
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_dialect_sqlite.literals import SqliteLiterals

#: this moment to the millisecond in the form that fields store moments in, so that they compare as text
_NOW = "(replace(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000{0}', '.000000', ''))"


class SqliteDDLCompiler(SqliteLiterals, DDLCompiler):
    """The standard, with keys by AUTOINCREMENT; foreign keys can only be part of CREATE TABLE."""

    def generated_key(self, column: ddl.ColumnDef) -> str:
        if not isinstance(column.type, Integer):
            self.refuse(f"a generated key of type {column.type!r}")
        # only a column of exactly this type becomes the rowid, and AUTOINCREMENT never gives a key twice
        return "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"

    def visit_CreateTable(self, node: ddl.CreateTable) -> list[str]:
        return [create + comment(node.comment) for create in super().visit_CreateTable(node)]

    def column(self, column: ddl.ColumnDef, is_key: bool) -> str:
        return super().column(column, is_key) + comment(column.comment)

    def column_type(self, sql_type: SqlType) -> str:
        name = self.type_name(sql_type)
        # JSON alone has numeric affinity, which makes numbers of documents that are one and loses digits
        return f"{name} TEXT" if name == "JSON" else name

    def column_default(self, column: ddl.ColumnDef, default: ddl.Default) -> str:
        if isinstance(default, ddl.NowDefault) and isinstance(column.type, Timestamp):
            return _NOW.format("+00:00" if column.type.aware else "")
        return super().column_default(column, default)

    def visit_RawDefault(self, node: ddl.RawDefault) -> str:
        sql = node.sql.strip()
        # an expression stands in parentheses, and what needs none may have them
        return sql if sql.startswith("(") and sql.endswith(")") else f"({sql})"

    def visit_RandomHexDefault(self, node: ddl.RandomHexDefault) -> str:
        return "(lower(hex(randomblob(16))))"

    def visit_AddForeignKey(self, node: ddl.AddForeignKey) -> list[str]:
        self.refuse("adding a foreign key to a table that stands")


def comment(text: Optional[str]) -> str:
    """A comment in the statement, which is where SQLite keeps the text of a table."""
    return "" if not text else f" /* {text.replace('*/', '* /')} */"
