"""DISTINCT where more is asked of it than some servers give: the first of each, and an order by other values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.ast.visit import alike, walk
from tortoise_core.base.errors import FieldError
from tortoise_core.query.clauses.ordering import named_term
from tortoise_core.query.per_parent import per_parent
from tortoise_core.query.resolving import QueryScope

_ROWS = "distinct"


def distinct_on(scope: QueryScope, named: set[Optional[str]]) -> tuple[ex.Expression, ...]:
    """Of rows that agree in these the first one is kept. `named`: the aliases of the result."""
    return tuple([named_term(scope, name, named) for name in scope.request.distinct_on])


def distinct_rows(scope: QueryScope, select: se.Select) -> se.Select:
    """`select`, in a form that the server takes. Raises FieldError for an order that distinct rows do not have."""
    capabilities = scope.backend.capabilities
    if isinstance(select.distinct, tuple):
        return select if capabilities.distinct_on else _first_of_each(scope, select, select.distinct)
    if not select.distinct or not capabilities.distinct_order_selected:
        return select
    select = _by_alias(select)
    missing = [entry.expression for entry in select.order_by if not _selected(entry.expression, select)]
    if not missing:
        return select
    _check_whole(scope, select, missing)
    outputs = (*select.outputs, *[se.Output(_behind(e.expression, select), None) for e in select.order_by])
    outputs = tuple([se.Output(output.expression, f"c{at}") for at, output in enumerate(outputs)])
    inner = se.replaced(select, outputs=outputs, order_by=(), limit=None, offset=None)
    return _around(inner, select)


def _first_of_each(scope: QueryScope, select: se.Select, on: Sequence[ex.Expression]) -> se.Select:
    """The same by numbered rows."""
    order = tuple([_directed(entry, _behind(entry.expression, select)) for entry in select.order_by])
    outputs = (*select.outputs, *[se.Output(entry.expression, None) for entry in order])
    one = ex.Number(1, None)
    rows = se.replaced(select, outputs=outputs, order_by=order, limit=one, offset=None, distinct=False)
    key = [scope.joins.column(scope.joins.root, field) for field in scope.meta.key]
    return _around(per_parent(rows, [_behind(term, select) for term in on], key), select)


def _around(rows: se.Select, select: se.Select) -> se.Select:
    """The outputs of `select` in its order, from `rows`: c0, c1, ..., behind them what is ordered by."""
    width = len(select.outputs)
    outputs = [se.Output(_column(at, output.expression), None) for at, output in enumerate(select.outputs)]
    order = [_directed(e, _column(at, e.expression)) for at, e in enumerate(select.order_by, width)]
    source = se.Derived(rows, _ROWS)
    return se.Select(tuple(outputs), source, (), None, (), None, tuple(order), select.limit, select.offset, False)


def _column(at: int, expression: ex.Node) -> ex.Column:
    return ex.Column(_ROWS, f"c{at}", getattr(expression, "type", None))


def _directed(entry: se.Order, expression: ex.Expression) -> se.Order:
    """`entry` by another expression."""
    if isinstance(entry, se.NullsOrderBy):
        return se.NullsOrderBy(expression, entry.descending, entry.first)
    return se.OrderBy(expression, entry.descending)


def _behind(expression: ex.Expression, select: se.Select) -> ex.Expression:
    """What an alias of the result stands for."""
    if isinstance(expression, ex.OutputRef):
        found = next(output.expression for output in select.outputs if output.alias == expression.alias)
        assert isinstance(found, ex.Expression)
        return found
    return expression


def _by_alias(select: se.Select) -> se.Select:
    """`select`, ordered by the aliases of what is part of its result: written again, its parameters would be others."""
    outputs, order = list(select.outputs), list(select.order_by)
    for place, entry in enumerate(order):
        at = _place(entry.expression, select)
        if at is not None:
            alias = outputs[at].alias or f"c{at}"
            outputs[at] = se.Output(outputs[at].expression, alias)
            order[place] = _directed(entry, ex.OutputRef(alias, entry.expression.type))
    return se.replaced(select, outputs=tuple(outputs), order_by=tuple(order))


def _place(expression: ex.Expression, select: se.Select) -> Optional[int]:
    """Where in the result something stands that is neither a column nor named by its alias."""
    if isinstance(expression, (ex.Column, ex.OutputRef)):
        return None
    return next((at for at, output in enumerate(select.outputs) if alike(output.expression, expression)), None)


def _selected(expression: ex.Expression, select: se.Select) -> bool:
    """True for what is part of the result."""
    if isinstance(expression, ex.OutputRef):
        return True
    return isinstance(expression, ex.Column) and (expression.source, expression.name) in _columns(select)


def _columns(select: se.Select) -> set[tuple[str, str]]:
    found = [output.expression for output in select.outputs]
    return {(column.source, column.name) for column in found if isinstance(column, ex.Column)}


def _check_whole(scope: QueryScope, select: se.Select, missing: Sequence[ex.Expression]) -> None:
    """Raise FieldError unless each row of the result has one value of all that it is to be ordered by."""
    there, root = _columns(select), scope.joins.root
    columns = [node for expression in missing for node in walk(expression) if isinstance(node, ex.Column)]
    names = ", ".join(dict.fromkeys([f'"{column.name}"' for column in columns])) or "an expression"
    if not all((root.alias, field.column) in there for field in scope.meta.key):
        raise FieldError(f"distinct values are ordered by what is selected: select {names} too, or leave the order out")
    many = {source.alias for source in scope.joins.by_path.values() if source.many} | scope.joins.laterals
    if any(column.source in many for column in columns):
        raise FieldError(
            f"distinct rows have many values of {names} each, and so no order by it; annotate an aggregate "
            "such as Min(...) and order by that"
        )
