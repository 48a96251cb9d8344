"""Statements and DDL that PostgreSQL writes in its own way, run on a real server."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from decimal import Decimal
from typing import Any, Callable, Optional

import pytest

from tortoise_core.ast import ddl, types
from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.statements import Backend
from tortoise_dialect_postgres.clients.asyncpg import driver
from tortoise_dialect_postgres.databases import create_statement, drop_statement
from tortoise_dialect_postgres.ddl import dollar_tag
from tortoise_dialect_postgres.plugin import dialect
from tortoise_dialect_postgres.types import without_offset

Run = Callable[..., Any]

BACKEND = Backend(dialect, driver, dialect.capabilities((15, 0)), Clock())
DATA = se.Table("data", None, "data")


def column(name: str, sql_type: types.SqlType) -> ex.Column:
    return ex.Column("data", name, sql_type)


def select(*outputs: ex.Expression, where: Optional[ex.Predicate] = None) -> se.Select:
    named = tuple([se.Output(output, None) for output in outputs])
    return se.Select(named, DATA, (), where, (), None, (), None, None, False)


async def rows_of(session: Any, node: ex.Node, *values: Any) -> list[Any]:
    statement = BACKEND.compile(node)
    return [tuple(row) for row in await session.fetch(statement.sql, statement.bind(values))]


async def fill(session: Any, definition: str, rows: list[Any]) -> None:
    await session.script(f"CREATE TEMP TABLE data ({definition})")
    marks = ", ".join([f"${at}" for at in range(1, len(rows[0]) + 1)])
    for row in rows:
        await session.execute(f"INSERT INTO data VALUES ({marks})", row)


def aggregate(name: str, arg: ex.Expression, sql_type: Optional[types.SqlType] = None) -> ex.Aggregate:
    return ex.Aggregate(name, arg, False, None, sql_type or getattr(arg, "type", None))


# -- statements


def test_extremes_of_truth_values_and_uuids(on_session: Run) -> None:
    ids = [uuid.UUID(int=n << 96) for n in (0x0A000000, 0x9F000000, 0xA0000000, 0xF1000000, 0x10000000)]
    flag, key = column("flag", types.Boolean()), column("key", types.Uuid())

    async def body(session: Any) -> None:
        await fill(session, "flag BOOL, key UUID", [(n % 2 == 0, key) for n, key in enumerate(ids)] + [(None, None)])
        outputs = [aggregate(name, arg) for arg in (flag, key) for name in ("MIN", "MAX")]
        assert await rows_of(session, select(*outputs)) == [(False, True, min(ids), max(ids))]
        distinct = ex.Aggregate(
            "MAX", key, True, pr.Compare("=", flag, ex.Param(0, types.Boolean(), None, False)), None
        )
        assert await rows_of(session, select(distinct), False) == [(max(ids[1::2]),)]

    on_session(body)


def test_sums_and_means_of_whole_numbers_are_numbers(on_session: Run) -> None:
    number = column("n", types.Integer(64))

    async def body(session: Any) -> None:
        await fill(session, "n BIGINT", [(1,), (2,)])
        outputs = aggregate("SUM", number), aggregate("AVG", number, types.Float())
        ((total, mean),) = await rows_of(session, select(*outputs))
        assert (type(total), total, type(mean), mean) == (int, 3, float, 1.5)

    on_session(body)


@pytest.mark.parametrize(("left", "right"), [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (0.0, 3.0)])
def test_modulo_of_floats(on_session: Run, left: float, right: float) -> None:
    node = ex.Arithmetic("%", column("x", types.Float()), ex.Param(0, types.Float(), None, True), types.Float())

    async def body(session: Any) -> None:
        await fill(session, "x DOUBLE PRECISION", [(left,)])
        assert await rows_of(session, select(node), right) == [(math.fmod(left, right),)]

    on_session(body)


@pytest.mark.parametrize("bits", [16, 32, 64])
def test_numbers_beyond_a_column_find_nothing_and_raise_nothing(on_session: Run, bits: int) -> None:
    n = column("n", types.Integer(bits))
    name = {16: "SMALLINT", 32: "INT", 64: "BIGINT"}[bits]
    far = 2**63 - 1

    async def body(session: Any) -> None:
        await fill(session, f"n {name}", [(1,), (2,), (None,)])
        items = ex.ListParam(0, n.type, None, 0)
        assert await rows_of(session, select(n, where=pr.InList(n, items)), [far, 2, -far]) == [(2,)]
        assert await rows_of(session, select(n, where=pr.InList(n, items)), []) == []
        assert await rows_of(session, select(n, where=pr.Not(pr.InList(n, items))), [far]) == [(1,), (2,)]
        less = pr.Compare("<", n, ex.Param(0, n.type, None, True))
        assert await rows_of(session, select(n, where=less), far) == [(1,), (2,)]

    on_session(body)


def test_text_longer_than_a_column_is_not_cut(on_session: Run) -> None:
    name = column("name", types.Varchar(2))

    async def body(session: Any) -> None:
        await fill(session, "name VARCHAR(2)", [("ab",)])
        same = pr.Compare("=", name, ex.Param(0, name.type, None, True))
        assert await rows_of(session, select(name, where=same), "abc") == []
        assert (
            await rows_of(session, select(name, where=pr.InList(name, ex.ListParam(0, name.type, None, 0))), ["abc"])
            == []
        )

    on_session(body)


def test_decimals_finer_than_a_column_are_not_rounded(on_session: Run) -> None:
    price = column("price", types.Numeric(6, 2))

    async def body(session: Any) -> None:
        await fill(session, "price NUMERIC(6, 2)", [(Decimal("1.50"),)])
        same = pr.Compare("=", price, ex.Param(0, price.type, None, True))
        assert await rows_of(session, select(price, where=same), Decimal("1.5000")) == [(Decimal("1.50"),)]
        assert await rows_of(session, select(price, where=same), Decimal("1.5001")) == []
        listed = pr.InList(price, ex.ListParam(0, price.type, None, 0))
        assert await rows_of(session, select(price, where=listed), [Decimal("1.499"), Decimal("12345.6")]) == []

    on_session(body)


def test_text_of_moments_is_that_of_utc_whatever_the_session_says(on_session: Run) -> None:
    at = column("at", types.Timestamp())

    async def body(session: Any) -> None:
        await fill(session, "at TIMESTAMPTZ", [(dt.datetime(2024, 2, 29, 23, 30, tzinfo=dt.timezone.utc),)])
        await session.script("SET TIME ZONE 'Asia/Kolkata'")
        assert await rows_of(session, select(ex.Cast(at, types.Text()))) == [("2024-02-29 23:30:00",)]
        assert await rows_of(session, select(ex.DatePart("day", at, None, types.Integer(64)))) == [(29,)]

    on_session(body)


def test_times_without_zones_keep_an_offset_that_is_there() -> None:
    assert without_offset(dt.time(1, 2, tzinfo=dt.timezone.utc)) == dt.time(1, 2)
    east = dt.time(1, 2, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    assert without_offset(east).utcoffset() == dt.timedelta(hours=5)


# -- DDL


def table(name: str, *columns: ddl.ColumnDef, comment: Optional[str] = None) -> ddl.CreateTable:
    return ddl.CreateTable(ddl.TableName(name, None), columns, (columns[0].name,), (), (), (), True, comment, ())


def key_of(bits: int) -> ddl.ColumnDef:
    return ddl.ColumnDef("id", types.Integer(bits), False, True, None, None, (), None, None)


def statements(*nodes: ex.Node) -> list[str]:
    compiler = dialect.ddl_compiler(BACKEND.capabilities, dialect.types)
    return [sql for node in nodes for sql in compiler.compile(node)]


@pytest.mark.parametrize(("bits", "name"), [(16, "smallint"), (32, "integer"), (64, "bigint")])
def test_generated_keys(on_session: Run, bits: int, name: str) -> None:
    async def body(session: Any) -> None:
        for sql in statements(table(f"keys{bits}", key_of(bits))):
            await session.execute(sql, ())
        rows = await session.fetch(f"INSERT INTO keys{bits} DEFAULT VALUES RETURNING id, pg_typeof(id)::text", ())
        assert tuple(rows[0]) == (1, name)

    on_session(body)


def test_a_generated_key_of_another_type_is_refused() -> None:
    with pytest.raises(UnSupportedError, match="generated key"):
        statements(table("t", ddl.ColumnDef("id", types.Uuid(), False, True, None, None, (), None, None)))


def test_making_a_schema_twice(on_session: Run) -> None:
    quoted = 'odd $do$ "name"'
    link = ddl.ColumnDef("other", types.Integer(32), True, False, None, None, (), None, None)
    key = ddl.ForeignKey(quoted, ("other",), ddl.TableName("one", None), ("id",), "CASCADE", None)
    nodes = (
        table("one", key_of(32)),
        table(quoted, key_of(32), link),
        ddl.AddForeignKey(ddl.TableName(quoted, None), key, True),
        ddl.CreateIndex(
            "by other", ddl.TableName(quoted, None), ("other",), (), False, "", None, "", True, ddl.IndexOptions()
        ),
    )

    async def body(session: Any) -> None:
        for _ in range(2):
            for sql in statements(*nodes):
                await session.execute(sql, ())
        rows = await session.fetch("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname = $1", (quoted,))
        assert len(rows) == 1

    on_session(body)


@pytest.mark.parametrize("standard", ["on", "off"])
def test_comments_arrive_as_written(on_session: Run, standard: str) -> None:
    text = "it's a \\ and a \\' and \"quoted\" ünï"
    column = ddl.ColumnDef("id", types.Integer(32), False, True, text, None, (), None, None)

    async def body(session: Any) -> None:
        await session.script("DROP TABLE IF EXISTS said")
        for sql in statements(table("said", column, comment=text)):
            await session.script(sql)
        query = "SELECT obj_description('said'::regclass), col_description('said'::regclass, 1)"
        assert tuple((await session.fetch(query, ()))[0]) == (text, text)

    on_session(body, server_settings={"standard_conforming_strings": standard})


def test_names_of_databases_are_quoted() -> None:
    assert create_statement('a"b; --') == 'CREATE DATABASE "a""b; --"'
    assert drop_statement('a"b; --') == 'DROP DATABASE IF EXISTS "a""b; --" WITH (FORCE)'


def test_a_dollar_quote_is_one_its_text_does_not_hold() -> None:
    assert dollar_tag("plain") == "$do$"
    assert dollar_tag("has $do$ and $do1$") == "$do2$"
