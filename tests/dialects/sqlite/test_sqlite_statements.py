"""Statements of SQLite as text, where the text itself is the promise."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tortoise import fields
from tortoise.exceptions import UnSupportedError
from tortoise.expressions import F
from tortoise.models import Model
from tortoise_core.ast import ddl, types
from tortoise_core.dialect.compiler.placeholders import INLINE
from tortoise_dialect_sqlite.plugin import dialect
from tortoise_testkit.harness import module_of
from tortoise_testkit.recording import Recorder, recording

TABLE = ddl.TableName("t", None)


class Letter(Model):
    id = fields.IntField(primary_key=True)
    body = fields.JSONField()


def compiled(node: Any) -> list[str]:
    statements: list[str] = dialect.ddl_compiler(dialect.capabilities(dialect.newest), dialect.types).compile(node)
    return statements


def index(table: ddl.TableName, kind: str) -> ddl.CreateIndex:
    return ddl.CreateIndex("i", table, ("a", "b"), (), False, kind, None, "", True, ddl.IndexOptions())


@pytest.mark.parametrize(
    "node, refused",
    [
        (index(TABLE, "GIN"), 'index "i" of type GIN is not supported by sqlite'),
        (index(ddl.TableName("t", "s"), ""), 'schema "s"'),
        (ddl.CreateSchema("s"), 'schema "s"'),
    ],
)
def test_what_there_is_no_word_for_is_refused(node: ddl.Node, refused: str) -> None:
    with pytest.raises(UnSupportedError, match=refused):
        compiled(node)


def test_constraints_and_comments() -> None:
    comment = "it's \\ /* x */ y"
    column = ddl.ColumnDef("a", types.Integer(), False, False, comment, None, (), None, None)
    table = ddl.CreateTable(TABLE, (column,), (), (("u", ("a",)),), (), (("c", "a > 0"),), False, comment, ())
    assert compiled(table) == [
        'CREATE TABLE "t" (\n    "a" INT NOT NULL /* it\'s \\ /* x * / y */,\n    CONSTRAINT "u" UNIQUE ("a"),\n'
        '    CONSTRAINT "c" CHECK (a > 0)\n) /* it\'s \\ /* x * / y */'
    ]


def test_values_written_out() -> None:
    compiler = dialect.compiler(dialect.capabilities(dialect.newest), dialect.types, INLINE)
    assert [compiler.literal(value) for value in (True, "it's", "a\\'b", b"\x01")] == [
        "1", "'it''s'", "'a\\''b'", "X'01'",
    ]  # fmt: skip


def test_keys_of_names_are_quoted() -> None:
    async def main() -> str:
        async with recording(Recorder(), dialect, {"letters": [module_of(Letter)]}):
            return Letter.annotate(x=F("body__it's \\' a")).values("x").sql()

    assert "'it''s \\'' a'" in asyncio.run(main())
