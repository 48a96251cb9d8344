"""Schemas of PostgreSQL by psycopg as SQL."""

from tortoise_core.app.former import BaseSchemaGenerator

PsycopgSchemaGenerator = BaseSchemaGenerator

__all__ = ["PsycopgSchemaGenerator"]
