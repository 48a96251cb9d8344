"""A limit that counts for each parent: rows numbered apart by what tells their parents apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.ast.windows import Window
from tortoise_core.base.errors import FieldError

_ROWS, _NUMBER = "numbered", "number"
_INTEGER = types.Integer(64)


def per_parent(select: se.Select, parents: Sequence[ex.Expression], key: Sequence[ex.Column]) -> se.Select:
    """`select`, its limit and offset counted among rows that agree in `parents`; `key` orders where nothing does."""
    if select.distinct:
        raise FieldError("a Prefetch cannot be distinct and have a limit or an offset")
    order = select.order_by or tuple([se.OrderBy(column, False) for column in key])
    number = Window(ex.Function("ROW_NUMBER", (), _INTEGER), tuple(parents), order, None, _INTEGER)
    outputs = [se.Output(output.expression, f"c{at}") for at, output in enumerate(select.outputs)]
    inner = se.replaced(select, outputs=(*outputs, se.Output(number, _NUMBER)), order_by=(), limit=None, offset=None)
    outer = tuple([se.Output(_column(str(output.alias), output.expression), None) for output in outputs])
    by_number = (se.OrderBy(ex.Column(_ROWS, _NUMBER, _INTEGER), False),)
    where = _within(select.limit, select.offset)
    return se.Select(outer, se.Derived(inner, _ROWS), (), where, (), None, by_number, None, None, False)


def _column(alias: str, expression: ex.Node) -> ex.Column:
    return ex.Column(_ROWS, alias, getattr(expression, "type", None))


def _within(limit: Optional[ex.Expression], offset: Optional[ex.Expression]) -> pr.And:
    number = ex.Column(_ROWS, _NUMBER, _INTEGER)
    low, high = _typed(offset), _typed(limit)
    parts: list[ex.Predicate] = [] if low is None else [pr.Compare(">", number, low)]
    if high is not None:
        last = high if low is None else ex.Arithmetic("+", low, high, _INTEGER)
        parts.append(pr.Compare("<=", number, last))
    return pr.And(tuple(parts))


def _typed(size: Optional[ex.Expression]) -> Optional[ex.Expression]:
    """A size as a parameter whose type the statement says: nothing around it does in a sum of two."""
    return ex.Param(size.source, _INTEGER, size.encode, True) if isinstance(size, ex.Param) else size
