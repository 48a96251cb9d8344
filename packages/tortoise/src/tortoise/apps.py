"""The models of a context, by app and name."""

from tortoise_core.schema.registry import Apps

__all__ = ["Apps"]
