"""Schemas of SQLite as SQL."""

from tortoise_core.app.former import BaseSchemaGenerator

SqliteSchemaGenerator = BaseSchemaGenerator

__all__ = ["SqliteSchemaGenerator"]
