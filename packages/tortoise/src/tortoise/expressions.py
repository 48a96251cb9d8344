"""Conditions and expressions."""

from tortoise_core.query.expressions import Case, CombinedExpression, Expression, F, Value, When
from tortoise_core.query.functions import Aggregate
from tortoise_core.query.q import Q

__all__ = ["Aggregate", "Case", "CombinedExpression", "Expression", "F", "Q", "Value", "When"]
