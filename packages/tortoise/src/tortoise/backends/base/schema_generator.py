"""Schemas as SQL."""

from tortoise_core.app.former import BaseSchemaGenerator

__all__ = ["BaseSchemaGenerator"]
