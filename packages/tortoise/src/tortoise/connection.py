"""The connections of the current context."""

from tortoise_core.session.blocks import connections, get_connection

__all__ = ["connections", "get_connection"]
