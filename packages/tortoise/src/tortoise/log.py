"""The loggers."""

from tortoise_core.base.log import db_client_logger, logger

__all__ = ["db_client_logger", "logger"]
