"""Conditions on capabilities."""

from tortoise_core.base.conditions import Condition, In, NotEQ, NotIn

__all__ = ["Condition", "In", "NotEQ", "NotIn"]
