"""Lookups and parts of ranges (PostgreSQL manual, "Range/Multirange Functions and Operators")."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.operators import Infix, IsTrue
from tortoise_core.ast.types import Boolean, SqlType
from tortoise_core.query.lookups import Build, Operand
from tortoise_core.query.scope import Term
from tortoise_dialect_postgres.ranges.fields import RangeField, operand_field
from tortoise_dialect_postgres.sql_types import RangeType

#: parts that are truth values -> functions
_TRUTHS = {name: name.upper() for name in ("isempty", "lower_inc", "upper_inc", "lower_inf", "upper_inf")}
#: parts that are bounds -> functions
_ENDS = {"startswith": "LOWER", "endswith": "UPPER"}


def range_test(operator: str) -> Build:
    """A lookup by an operator between two ranges; a single value stands for the range of just that."""

    def test(term: Term, operand: Operand) -> ex.Predicate:
        operand.refuse_null()
        field = term.field if isinstance(term.field, RangeField) else None
        right = operand.value() if field is None else operand.value_of(operand_field(field))
        return IsTrue(Infix(operator, term.expression, typed(right, term.expression.type), Boolean()))

    return test


def typed(operand: ex.Expression, sql_type: Optional[SqlType]) -> ex.Expression:
    """A parameter that says its type, because several operators of one name would take it."""
    return ex.Param(operand.source, sql_type, operand.encode, True) if isinstance(operand, ex.Param) else operand


LOOKUPS: dict[str, Build] = {
    "contains": range_test("@>"),
    "contained_by": range_test("<@"),
    "overlap": range_test("&&"),
    "fully_lt": range_test("<<"),
    "fully_gt": range_test(">>"),
    "not_lt": range_test("&>"),
    "not_gt": range_test("&<"),
    "adjacent_to": range_test("-|-"),
}


def range_part(term: Term, name: str) -> Optional[Term]:
    """The bounds of a range, and what is to be known of them."""
    sql_type: Any = term.expression.type
    assert isinstance(sql_type, RangeType)
    if name in _ENDS:
        return Term(ex.Function(_ENDS[name], (term.expression,), sql_type.subtype), None, term.aggregate)
    if name in _TRUTHS:
        return Term(ex.Function(_TRUTHS[name], (term.expression,), Boolean()), None, term.aggregate)
    return None
