"""Connections of PostgreSQL by asyncpg, for isinstance."""

from tortoise_core.app.former import client_class

AsyncpgDBClient = client_class("AsyncpgDBClient", "postgres")
TransactionWrapper = client_class("TransactionWrapper", "postgres", transactions=True)

__all__ = ["AsyncpgDBClient", "TransactionWrapper"]
