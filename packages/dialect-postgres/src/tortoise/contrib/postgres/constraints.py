"""Constraints that PostgreSQL has beside those of other databases, and when they are checked."""

from tortoise_dialect_postgres.exclusion import ExclusionConstraint, set_constraints

__all__ = ["ExclusionConstraint", "set_constraints"]
