"""Lists of keys of several columns, and limits for each parent, where a server can do less."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import types
from tortoise_core.ast.select import OrderBy, Output, Select, Table
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.compiler.writer import Compiled
from tortoise_core.dialect.statements import make_binder
from tortoise_core.query.per_parent import per_parent
from tortoise_testkit.standard import standard_dialect

DIALECT = standard_dialect()
STANDARD = DIALECT.capabilities(DIALECT.newest)
A, B = ex.Column("t", "a", types.Integer(64)), ex.Column("t", "b", types.Text())


def compiled(node: ex.Node, capabilities: Capabilities) -> Compiled:
    return Compiler(capabilities, DIALECT.types, "qmark").compile(node)


def rows(width: int) -> pr.InRows:
    first = ex.ListParam(0, A.type, lambda key: key[0], width)
    second = ex.ListParam(0, B.type, lambda key: key[1], width)
    return pr.InRows((A, B), (first, second))


@pytest.mark.parametrize("row_values", [True, False])
def test_short_lists_are_written_out(row_values: bool) -> None:
    found = compiled(rows(2), replace(STANDARD, row_values=row_values))
    if row_values:
        assert found.sql == '("a", "b") IN ((?, ?), (?, ?))'
    else:
        assert found.sql == '(("a" = ? AND "b" = ?) OR ("a" = ? AND "b" = ?))'
    bind = make_binder(found.params)
    assert bind([[(1, "x"), (2, "y")]]) == (1, "x", 2, "y")
    # a shorter list repeats its last row
    assert bind([[(1, "x")]]) == (1, "x", 1, "x")


def test_long_lists_need_arrays() -> None:
    with pytest.raises(UnSupportedError, match="a list bound as one parameter"):
        compiled(rows(0), STANDARD)


def numbered() -> Select:
    outputs = (Output(B, None),)
    limit = ex.Param(0, types.Integer(64), None, False)
    select = Select(outputs, Table("t", None, "t"), (), None, (), None, (OrderBy(B, True),), limit, None, False)
    return per_parent(select, [A], [B])


def test_a_limit_for_each_parent_numbers_the_rows() -> None:
    assert compiled(numbered(), STANDARD).sql == (
        'SELECT "c0" FROM (SELECT "b" AS "c0", ROW_NUMBER() OVER (PARTITION BY "a" ORDER BY "b" DESC) AS "number" '
        'FROM "t") "numbered" WHERE "number" <= CAST(? AS BIGINT) ORDER BY "number"'
    )


def test_without_window_functions_it_is_refused() -> None:
    with pytest.raises(UnSupportedError, match="window functions"):
        compiled(numbered(), replace(STANDARD, window_functions=False))
