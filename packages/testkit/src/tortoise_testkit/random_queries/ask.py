"""Plans put to the database, through the same calls that a program makes."""

from __future__ import annotations

from typing import Any

from tortoise.expressions import Case, F, OuterRef, Q, Subquery, Value, When
from tortoise.functions import Avg, Count, Max, Min, Sum
from tortoise.query_utils import Prefetch
from tortoise_testkit.random_queries.plan import (
    Agg,
    Arith,
    Choice,
    Condition,
    Const,
    Look,
    Many,
    Neg,
    Path,
    Plan,
    Scalar,
    Within,
)  # fmt: skip
from tortoise_testkit.random_queries.rows import MODELS, columns

_AGGREGATES: dict[str, Any] = {"Count": Count, "Sum": Sum, "Avg": Avg, "Min": Min, "Max": Max}
_OPERATORS: dict[str, Any] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
    "%": lambda left, right: left % right,
}


def expression(term: Any) -> Any:
    """A term as an expression."""
    if isinstance(term, Path):
        return F(term.name)
    if isinstance(term, Const):
        return Value(term.value)
    if isinstance(term, Arith):
        return _OPERATORS[term.operator](expression(term.left), _operand(term.right))
    if isinstance(term, Choice):
        whens = [When(condition(test), then=_operand(value)) for test, value in term.whens]
        return Case(*whens, default=_operand(term.default))
    if isinstance(term, Scalar):
        inside = queryset(term.plan).filter(**{term.column: OuterRef(term.outer)})
        return Subquery(inside.values(*term.plan.names))
    assert isinstance(term, Agg)
    of = term.arg.name if isinstance(term.arg, Path) else expression(term.arg)
    only = None if term.condition is None else condition(term.condition)
    return _AGGREGATES[term.name](of, distinct=term.distinct, _filter=only)


def _operand(term: Any) -> Any:
    return term.value if isinstance(term, Const) else expression(term)


def condition(part: Condition) -> Q:
    """A condition as a Q."""
    if isinstance(part, Neg):
        return ~condition(part.part)
    if isinstance(part, Many):
        parts = [condition(one) for one in part.parts]
        return Q(*parts, join_type=part.join)
    return Q(**pair(part))


def pair(look: Look | Within) -> dict[str, Any]:
    """A lookup as a keyword argument; `exact` is written without its name."""
    if isinstance(look, Within):
        inside = queryset(look.plan).values_list(*look.plan.names, flat=True)
        return {f"{look.path.name}__{look.lookup}": Subquery(inside)}
    name = look.path.name if look.lookup == "exact" else f"{look.path.name}__{look.lookup}"
    operand = look.operand
    return {name: expression(operand) if isinstance(operand, (Path, Arith, Choice, Const)) else operand}


def queryset(plan: Plan) -> Any:
    """All of a plan but what it results in."""
    query = MODELS[plan.root].all()
    for name, term in plan.annotations.items():
        query = query.annotate(**{name: expression(term)})
    for negated, part in plan.filters:
        add = query.exclude if negated else query.filter
        query = add(**pair(part)) if isinstance(part, (Look, Within)) else add(condition(part))
    if plan.result == "only":
        query = query.only(*plan.names)
    if plan.result == "related":
        query = query.select_related(plan.related)
    for keep, other in plan.united:
        query = query.union(queryset(other), all=keep)
    if plan.group_by:
        query = query.group_by(*plan.group_by)
    if plan.order:
        query = query.order_by(*plan.order)
    if plan.limit is not None:
        query = query.limit(plan.limit)
    if plan.offset is not None:
        query = query.offset(plan.offset)
    return query.distinct() if plan.distinct else query


async def ask(plan: Plan) -> Any:
    """What the database answers: a list of tuples, or a number or truth value."""
    query = queryset(plan)
    if plan.result == "count":
        return await query.count()
    if plan.result == "exists":
        return await query.exists()
    if plan.prefetched is not None:
        relation, inside = plan.prefetched
        rows = await query.prefetch_related(Prefetch(relation, queryset(inside)))
        return [(row.pk, [other.pk for other in getattr(row, relation)]) for row in rows]
    if plan.result in ("only", "related"):
        return [tuple([_at(row, name) for name in plan.names]) for row in await query]
    if plan.result == "values":
        return [tuple(row.values()) for row in await query.values(*plan.names)]
    if plan.result == "tuples":
        return await query.values_list(*plan.names)
    if plan.result == "flat":
        return [(value,) for value in await query.values_list(*plan.names, flat=True)]
    if plan.result == "first":
        found = await query.first()
        return [] if found is None else [_whole(found, plan)]
    return [_whole(row, plan) for row in await query]


def _whole(row: Any, plan: Plan) -> tuple[Any, ...]:
    return tuple([getattr(row, name) for name in (*columns(row), *plan.annotations)])


def _at(row: Any, path: str) -> Any:
    """What a path leads to from an instance, over relations that were fetched with it."""
    for name in path.split("__"):
        row = None if row is None else getattr(row, name)
    return row


async def write(plan: Plan) -> int:
    """Carry out an update or delete; the number of rows it says it changed."""
    query = queryset(plan)
    if plan.result == "delete":
        return int(await query.delete())
    sets = {name: expression(term) if not isinstance(term, Const) else term.value for name, term in plan.sets.items()}
    return int(await query.update(**sets))
