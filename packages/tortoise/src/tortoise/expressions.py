"""Conditions and expressions."""

from tortoise_core.query.calls import Aggregate, Function
from tortoise_core.query.exists import Exists
from tortoise_core.query.expressions import Case, CombinedExpression, Connector, Expression, F, Value, When
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.q import Q
from tortoise_core.query.scope import Scope as ResolveContext
from tortoise_core.query.scope import Term as ResolveResult
from tortoise_core.query.subquery import Excluded, OuterRef, RawSQL, Subquery
from tortoise_core.query.windows import RowRange, ValueRange, Window, WindowFunction

__all__ = [
    "Aggregate",
    "Case",
    "CombinedExpression",
    "Connector",
    "Excluded",
    "Exists",
    "Expression",
    "F",
    "Function",
    "Lateral",
    "OuterRef",
    "Q",
    "RawSQL",
    "ResolveContext",
    "ResolveResult",
    "RowRange",
    "Subquery",
    "Value",
    "ValueRange",
    "When",
    "Window",
    "WindowFunction",
]
