"""Schemas of PostgreSQL by asyncpg as SQL."""

from tortoise_core.app.former import BaseSchemaGenerator

AsyncpgSchemaGenerator = BaseSchemaGenerator

__all__ = ["AsyncpgSchemaGenerator"]
