"""What ran the statements of a model."""

from tortoise_core.app.former import EXECUTOR_CACHE, BaseExecutor

__all__ = ["BaseExecutor", "EXECUTOR_CACHE"]
