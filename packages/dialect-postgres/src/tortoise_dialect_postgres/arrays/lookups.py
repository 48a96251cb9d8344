"""Lookups and parts of arrays (PostgreSQL manual, "Array Functions and Operators")."""

from __future__ import annotations

import re
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.ast.arrays import ArrayItem, ArraySlice
from tortoise_core.ast.operators import Infix, IsTrue
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.query.lookups import Build, Operand
from tortoise_core.query.scope import Term
from tortoise_core.schema.fitting import EQUALITY, ORDER
from tortoise_dialect_postgres.arrays.field import ArrayField

_PLACES = re.compile(r"(\d{1,9})(?:_(\d{1,9}))?")


def array_test(operator: str) -> Build:
    """A lookup by an operator between two arrays."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        return _holds(operator, term.expression, typed(operand.value(), term.expression.type))

    return test


def membership(quantifier: str) -> Build:
    """A lookup for one value that any or each of the items equals."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        field = term.field.innermost() if isinstance(term.field, ArrayField) else None
        value = operand.value() if field is None else operand.value_of(field)
        array = ex.Function(quantifier, (term.expression,), None)
        # the server takes a parameter to be one of the items: a cast would cut or round it to what the column holds
        return _holds("=", value, array)

    return test


def typed(operand: ex.Expression, sql_type: Optional[types.SqlType]) -> ex.Expression:
    """A parameter that says its type: the operators take arrays of any type."""
    if isinstance(operand, ex.Param) and not operand.cast:
        return ex.Param(operand.source, sql_type, operand.encode, True)
    return operand


def _holds(operator: str, left: ex.Expression, right: ex.Expression) -> ex.Predicate:
    return IsTrue(Infix(operator, left, right, types.Boolean()))


def array_part(term: Term, name: str) -> Optional[Term]:
    """The number of items, an item by its number, or the items from one up to another."""
    if name == "len":
        return Term(array_length(term.expression), None, term.aggregate)
    places = _PLACES.fullmatch(name)
    if places is None:
        return None
    start = int(places[1])
    if places[2] is None:
        return _item(term, term.expression, start)
    sliced = ArraySlice(term.expression, start, int(places[2]), term.expression.type)
    return Term(sliced, term.field, term.aggregate)


def _item(term: Term, array: ex.Expression, index: int = 0) -> Term:
    sql_type: Any = array.type
    assert isinstance(sql_type, types.Array)
    deeper = sql_type.dimensions - 1
    item_type = types.Array(sql_type.item, deeper) if deeper else sql_type.item
    field = term.field.item() if isinstance(term.field, ArrayField) else None
    return Term(ArrayItem(array, index, item_type), field, term.aggregate)


def array_length(array: ex.Expression) -> ex.Expression:
    """How many items an array has; 0 of an empty one, for which the server's own function gives NULL."""
    number = types.Integer(64)
    length = ex.Function("ARRAY_LENGTH", (array, ex.Number(1, None)), number)
    return ex.Function("COALESCE", (length, ex.Function("CARDINALITY", (array,), number)), number)


ARRAYS = TypeSupport(
    types.Array,
    {},
    {
        "contains": array_test("@>"),
        "contained_by": array_test("<@"),
        "overlap": array_test("&&"),
        "any": membership("ANY"),
        "all": membership("ALL"),
    },
    EQUALITY + ORDER,
    array_part,
)
