"""Statements of PostgreSQL as text, where the text itself is the promise."""

from __future__ import annotations

import asyncio
from typing import Any

from tortoise import fields
from tortoise.expressions import F
from tortoise.models import Model
from tortoise_core.ast import ddl, types
from tortoise_core.dialect.compiler.placeholders import INLINE
from tortoise_dialect_postgres.plugin import dialect
from tortoise_testkit.harness import module_of
from tortoise_testkit.recording import Recorder, recording

TABLE = ddl.TableName("t", None)


class Letter(Model):
    id = fields.IntField(primary_key=True)
    body = fields.JSONField()


def compiled(node: Any) -> list[str]:
    statements: list[str] = dialect.ddl_compiler(dialect.capabilities(dialect.newest), dialect.types).compile(node)
    return statements


def test_kinds_of_indexes() -> None:
    index = ddl.CreateIndex("i", TABLE, ("a", 'b"c'), (), False, "GIN", None, "", True, ddl.IndexOptions())
    assert compiled(index) == ['CREATE INDEX IF NOT EXISTS "i" ON "t" USING GIN ("a", "b""c")']


def test_constraints_and_comments() -> None:
    comment = "it's \\"
    column = ddl.ColumnDef("a", types.Integer(), False, False, comment, None, (), None, None)
    table = ddl.CreateTable(TABLE, (column,), (), (("u", ("a",)),), (), (("c", "a > 0"),), False, comment, ())
    assert compiled(table) == [
        'CREATE TABLE "t" (\n    "a" INT NOT NULL,\n'
        '    CONSTRAINT "u" UNIQUE ("a"),\n    CONSTRAINT "c" CHECK (a > 0)\n)',
        "COMMENT ON TABLE \"t\" IS E'it''s \\\\'",
        "COMMENT ON COLUMN \"t\".\"a\" IS E'it''s \\\\'",
    ]


def test_values_written_out() -> None:
    compiler = dialect.compiler(dialect.capabilities(dialect.newest), dialect.types, INLINE)
    assert [compiler.literal(value) for value in (True, "it's", "a\\'b", b"\x01")] == [
        "TRUE", "'it''s'", "E'a\\\\''b'", "'\\x01'::bytea",
    ]  # fmt: skip


def test_keys_of_names_are_quoted() -> None:
    async def main() -> str:
        async with recording(Recorder(), dialect, {"letters": [module_of(Letter)]}):
            return Letter.annotate(x=F("body__it's \\' a")).values("x").sql()

    assert "E'it''s \\\\'' a'" in asyncio.run(main())
