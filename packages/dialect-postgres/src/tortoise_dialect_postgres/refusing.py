"""Refusing other databases before anything is sent."""

from __future__ import annotations

from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.capabilities import Capabilities


def need_postgres(capabilities: Capabilities, feature: str) -> None:
    """Raise UnSupportedError unless the server is PostgreSQL."""
    if capabilities.dialect != "postgres":
        version = ".".join(map(str, capabilities.version))
        raise UnSupportedError(f"{feature} is PostgreSQL's; this connection is {capabilities.dialect} {version}")
