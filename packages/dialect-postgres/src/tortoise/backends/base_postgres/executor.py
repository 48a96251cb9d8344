"""What ran the statements of a model on PostgreSQL."""

from tortoise_core.app.former import BaseExecutor

BasePostgresExecutor = BaseExecutor

__all__ = ["BasePostgresExecutor"]
