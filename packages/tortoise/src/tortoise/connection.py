"""The connections of the current context."""

from tortoise_core.session.blocks import connections, get_connection, get_connections
from tortoise_core.session.handler import ConnectionHandler, ConnectionToken

__all__ = ["ConnectionHandler", "ConnectionToken", "connections", "get_connection", "get_connections"]
