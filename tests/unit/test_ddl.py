"""DDL as text: on a dialect of standard SQL that knows no more than that, and values written into statements."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from tortoise_core.ast import ddl
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.compiler.placeholders import INLINE
from tortoise_core.dialect.compiler.quoting import fit_identifier
from tortoise_testkit.standard import standard_dialect

TABLE = ddl.TableName("t", None)


def compiled(node: Any, dialect: Any = None, **capabilities: Any) -> list[str]:
    dialect = dialect or standard_dialect(**capabilities)
    statements: list[str] = dialect.ddl_compiler(dialect.capabilities(dialect.newest), dialect.types).compile(node)
    return statements


def index(**options: Any) -> ddl.CreateIndex:
    values = {
        "name": "i", "table": TABLE, "columns": ("a", 'b"c'), "expressions": (), "unique": False, "kind": "",
        "where": None, "extra": "", "if_not_exists": True, "options": ddl.IndexOptions(), **options,
    }  # fmt: skip
    return ddl.CreateIndex(**values)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, 'CREATE INDEX IF NOT EXISTS "i" ON "t" ("a", "b""c")'),
        ({"unique": True, "if_not_exists": False}, 'CREATE UNIQUE INDEX "i" ON "t" ("a", "b""c")'),
        ({"extra": "INCLUDE (d)"}, 'CREATE INDEX IF NOT EXISTS "i" ON "t" ("a", "b""c") INCLUDE (d)'),
        ({"where": "a > 1"}, 'CREATE INDEX IF NOT EXISTS "i" ON "t" ("a", "b""c") WHERE a > 1'),
        ({"columns": (), "expressions": ("a + 1",)}, 'CREATE INDEX IF NOT EXISTS "i" ON "t" ((a + 1))'),
    ],
)
def test_indexes(options: dict[str, Any], text: str) -> None:
    assert compiled(index(**options), partial_indexes=True, expression_indexes=True) == [text]


@pytest.mark.parametrize("options", [{"where": "a > 1"}, {"columns": (), "expressions": ("a",)}, {"kind": "HASH"}])
def test_what_the_standard_has_no_word_for_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UnSupportedError, match=r'index "i" .* is not supported by standard 2016'):
        compiled(index(**options))


def test_schemas() -> None:
    assert compiled(ddl.CreateSchema('a"b')) == ['CREATE SCHEMA IF NOT EXISTS "a""b"']
    assert compiled(index(table=ddl.TableName("t", "s")))[0].endswith('ON "s"."t" ("a", "b""c")')


LITERALS: list[tuple[Any, str]] = [
    (None, "NULL"),
    (7, "7"),
    (True, "TRUE"),
    (-1.5, "-1.5"),
    (Decimal("1.50"), "1.50"),
    ("it's", "'it''s'"),
    ("a\\'b", "'a\\''b'"),
    (b"\x01", "X'01'"),
    (UUID(int=1), "'00000000-0000-0000-0000-000000000001'"),
    (dt.datetime(2020, 1, 2, tzinfo=dt.timezone.utc), "'2020-01-02 00:00:00+00:00'"),
]


def test_values_written_out() -> None:
    dialect = standard_dialect()
    compiler = dialect.compiler(dialect.capabilities(dialect.newest), dialect.types, INLINE)
    assert [compiler.literal(value) for value, _ in LITERALS] == [text for _, text in LITERALS]
    with pytest.raises(UnSupportedError, match="statement without parameters"):
        compiler.literal(object())


def test_identifiers_that_are_too_long_end_in_a_hash() -> None:
    assert fit_identifier("a" * 63, 63) == "a" * 63
    assert fit_identifier("a" * 999, None) == "a" * 999
    fitted = {fit_identifier("ä" * 40 + tail, 63) for tail in ("x", "y", "")}
    assert len(fitted) == 3
    assert all(len(name.encode()) <= 63 and name.startswith("ä" * 20) for name in fitted)
    # stored in databases: this name stays for ever
    assert fit_identifier("b" * 64, 63) == "b" * 54 + "_" + sha256(b"b" * 64).hexdigest()[:8]
