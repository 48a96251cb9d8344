"""Schemas of PostgreSQL as SQL."""

from tortoise_core.app.former import BaseSchemaGenerator

BasePostgresSchemaGenerator = BaseSchemaGenerator

__all__ = ["BasePostgresSchemaGenerator"]
