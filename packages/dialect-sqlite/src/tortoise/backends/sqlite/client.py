"""Connections of SQLite, for isinstance."""

from tortoise_core.app.former import client_class
from tortoise_core.session.transaction_block import TransactionContext

SqliteClient = client_class("SqliteClient", "sqlite")
SqliteTransactionWrapper = client_class("SqliteTransactionWrapper", "sqlite", transactions=True)
SqliteTransactionContext = TransactionContext

__all__ = ["SqliteClient", "SqliteTransactionContext", "SqliteTransactionWrapper"]
