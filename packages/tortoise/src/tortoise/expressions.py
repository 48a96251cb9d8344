"""Conditions and expressions."""

from tortoise_core.query.calls import Aggregate, Function
from tortoise_core.query.expressions import Case, CombinedExpression, Connector, Expression, F, Value, When
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope as ResolveContext
from tortoise_core.query.scope import Term as ResolveResult
from tortoise_core.query.subquery import Excluded, OuterRef, RawSQL, Subquery

__all__ = [
    "Aggregate",
    "Case",
    "CombinedExpression",
    "Connector",
    "Excluded",
    "Expression",
    "F",
    "Function",
    "OuterRef",
    "Q",
    "RawSQL",
    "ResolveContext",
    "ResolveResult",
    "Subquery",
    "Value",
    "When",
]
