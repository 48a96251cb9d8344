"""Connections of PostgreSQL, for isinstance."""

from tortoise_core.app.former import client_class

BasePostgresClient = client_class("BasePostgresClient", "postgres")

__all__ = ["BasePostgresClient"]
