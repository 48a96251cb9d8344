"""What ran the statements of a model on PostgreSQL by asyncpg."""

from tortoise_core.app.former import BaseExecutor

AsyncpgExecutor = BaseExecutor

__all__ = ["AsyncpgExecutor"]
