"""Connections of PostgreSQL by psycopg, for isinstance."""

from tortoise_core.app.former import client_class

PsycopgClient = client_class("PsycopgClient", "postgres")
TransactionWrapper = client_class("TransactionWrapper", "postgres", transactions=True)

__all__ = ["PsycopgClient", "TransactionWrapper"]
