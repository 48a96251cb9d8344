"""DDL as PostgreSQL writes it."""

from __future__ import annotations

from tortoise_core.ast import ddl
from tortoise_core.ast.types import Integer
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_dialect_postgres.exclusion import Exclude
from tortoise_dialect_postgres.extensions import CreateExtension
from tortoise_dialect_postgres.literals import PostgresLiterals

_SERIALS: dict[int, str] = {16: "SMALLSERIAL", 32: "SERIAL", 64: "BIGSERIAL"}


class PostgresDDLCompiler(PostgresLiterals, DDLCompiler):
    """The standard, with serial keys and guarded foreign keys."""

    def generated_key(self, column: ddl.ColumnDef) -> str:
        if not isinstance(column.type, Integer):
            self.refuse(f"a generated key of type {column.type!r}")
        return f"{_SERIALS[column.type.bits]} NOT NULL PRIMARY KEY"

    def visit_Exclude(self, node: Exclude) -> str:
        parts = ", ".join([f"{text} WITH {operator}" for text, operator in node.parts])
        where = "" if node.where is None else f" WHERE ({node.where})"
        when = self.deferrable(node.name, node.deferrable, True)
        return f"CONSTRAINT {self.quote(node.name)} EXCLUDE USING {node.kind} ({parts}){where}{when}"

    def visit_CreateExtension(self, node: CreateExtension) -> list[str]:
        schema = "" if node.schema is None else f" SCHEMA {self.quote(node.schema)}"
        return [f"CREATE EXTENSION IF NOT EXISTS {self.quote(node.name)}{schema}"]

    def visit_CreateEnum(self, node: ddl.CreateEnum) -> list[str]:
        statements = super().visit_CreateEnum(node)
        # there is no CREATE TYPE IF NOT EXISTS
        return [guarded(sql) for sql in statements] if node.if_not_exists else statements

    def visit_AddForeignKey(self, node: ddl.AddForeignKey) -> list[str]:
        statements = super().visit_AddForeignKey(node)
        # there is no ADD CONSTRAINT IF NOT EXISTS, and looking first would leave a gap for others
        return [guarded(sql) for sql in statements] if node.if_not_exists else statements

    def visit_RandomHexDefault(self, node: ddl.RandomHexDefault) -> str:
        return "md5(random()::text)"

    def index_on(self, node: ddl.CreateIndex) -> str:
        table = f"ON {self.table_name(node.table)}"
        if not node.kind:
            return table
        if not node.kind.isidentifier():
            raise ConfigurationError(f'index "{node.name}": {node.kind!r} is not the name of an access method')
        return f"{table} USING {node.kind}"


def guarded(sql: str) -> str:
    """A block that runs `sql` and passes over an object that is there already (SQLSTATE 42710)."""
    tag = dollar_tag(sql)
    return f"DO {tag}\nBEGIN\n    {sql};\nEXCEPTION WHEN duplicate_object THEN\n    NULL;\nEND\n{tag}"


def dollar_tag(text: str) -> str:
    """A dollar quote that `text` cannot end: one that does not occur in it."""
    tag, number = "$do$", 0
    while tag in text:
        number += 1
        tag = f"$do{number}$"
    return tag
