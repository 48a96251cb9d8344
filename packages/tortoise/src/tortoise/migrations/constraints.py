"""Constraints for Meta.constraints."""

from tortoise_core.query.constraints import CheckConstraint, UniqueConstraint

__all__ = ["CheckConstraint", "UniqueConstraint"]
