"""What ran the statements of a model on PostgreSQL by psycopg."""

from tortoise_core.app.former import BaseExecutor

PsycopgExecutor = BaseExecutor

__all__ = ["PsycopgExecutor"]
