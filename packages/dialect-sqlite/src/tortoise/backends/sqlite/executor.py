"""What ran the statements of a model on SQLite."""

from tortoise_core.app.former import BaseExecutor

SqliteExecutor = BaseExecutor

__all__ = ["SqliteExecutor"]
