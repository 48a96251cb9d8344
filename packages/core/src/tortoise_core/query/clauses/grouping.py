"""GROUP BY: the groups asked for, or those that aggregates need to give one result per row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.ast.subqueries import ExistsSelect, ScalarSelect
from tortoise_core.ast.visit import children, walk
from tortoise_core.ast.windows import Window, holds_window
from tortoise_core.base.errors import FieldError
from tortoise_core.query.clauses.values import value
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term
from tortoise_core.schema.fields.base import Field

#: nodes whose columns are no matter of the groups around them
OPAQUE = (ex.Aggregate, se.Select, ScalarSelect, ExistsSelect)


def group_alias(name: str) -> str:
    """An alias that no column of the tables has, which GROUP BY would take for that column."""
    return f"{name} by group"


def named_groups(scope: QueryScope, named: set[Optional[str]]) -> tuple[ex.Expression, ...]:
    """The groups asked for. `named`: the aliases of the result."""
    return tuple([group_term(scope, name, named) for name in scope.request.group_by])


def group_term(scope: QueryScope, name: str, named: set[Optional[str]]) -> ex.Expression:
    """One of the expressions grouped by."""
    term = value(scope, name)
    if term.aggregate:
        raise FieldError(f'cannot group by "{name}", which is an aggregate')
    if holds_window(term.expression):
        raise FieldError(f'cannot group by "{name}", a window, which is computed over the groups')
    alias = group_alias(name)
    if name in scope.request.annotations and alias in named:
        # by its alias: written out twice, its parameters would make it two different expressions
        return ex.OutputRef(alias, term.expression.type)
    return term.expression


def check_grouped(scope: QueryScope, nodes: Sequence[ex.Node]) -> None:
    """Refuse columns of which a group has many values; some servers would take any one of them."""
    grouped = {key for name in scope.request.group_by for key in _columns_in(value(scope, name).expression)}
    root = scope.joins.root
    whole = {root.alias} if all((root.alias, field.column) in grouped for field in scope.meta.key) else set()
    for source, name in (key for node in nodes for key in _columns_in(node)):
        if (source, name) not in grouped and source not in whole:
            raise FieldError(f'"{name}" has many values in a group: name it in group_by, or aggregate it')


def row_groups(scope: QueryScope, loose: Sequence[ex.Node], keys: list[ex.Column]) -> tuple[ex.Expression, ...]:
    """What the rows of a result are told apart by: their key, and what `loose` has of other tables."""
    root = [scope.joins.column(scope.joins.root, field) for field in _group_fields(scope)]
    seen = {(column.source, column.name) for column in (*root, *keys)}
    group: list[ex.Expression] = [*root, *keys]
    for column in (found for expression in loose for found in _loose_columns(expression)):
        if column.source != scope.joins.root.alias and (column.source, column.name) not in seen:
            seen.add((column.source, column.name))
            group.append(column)
    return tuple(group)


def _group_fields(scope: QueryScope) -> tuple[Field[Any], ...]:
    return scope.meta.key if scope.backend.capabilities.group_by_primary_key else scope.meta.columns


def _columns_in(node: ex.Node) -> list[tuple[str, str]]:
    """(source, name) of the columns outside aggregates."""
    return [(column.source, column.name) for column in _loose_columns(node)]


def _loose_columns(node: ex.Node) -> Iterator[ex.Column]:
    """The columns outside aggregates; an aggregate over a window is none of a group."""
    for found in walk(node, stop=OPAQUE):
        if isinstance(found, ex.Column):
            yield found
        elif isinstance(found, Window) and isinstance(found.function, ex.Aggregate):
            for part in children(found.function):
                yield from _loose_columns(part)


def may_be_total(scope: QueryScope, terms: Sequence[Term]) -> bool:
    """True for sums and nothing else, without groups or an order: one row for the whole table, as SQL has it."""
    request = scope.request
    return not request.group_by and request.ordering is None and bool(terms) and all(term.aggregate for term in terms)
