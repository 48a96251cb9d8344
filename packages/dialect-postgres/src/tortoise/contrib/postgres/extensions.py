"""Extensions of a database, created when you ask."""

from tortoise_dialect_postgres.extensions import ensure_extension

__all__ = ["ensure_extension"]
