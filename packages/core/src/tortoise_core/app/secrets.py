"""Configurations as they may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise_core.session.url import hide_password

_SHOWN = "***"


def star_password(connections_config: Any) -> str:
    """The text of a mapping of connections, with every password replaced by stars."""
    return str({name: _starred(entry) for name, entry in connections_config.items()})


def _starred(entry: Any) -> Any:
    if hasattr(entry, "to_config"):
        entry = entry.to_config()
    if isinstance(entry, str):
        return hide_password(entry)
    if not isinstance(entry, Mapping):
        return entry
    return {key: _starred_value(str(key), value) for key, value in entry.items()}


def _starred_value(key: str, value: Any) -> Any:
    if key == "db_url":
        return hide_password(str(value))
    if key.endswith("password"):
        return _SHOWN if value is not None else None
    return _starred(value) if isinstance(value, Mapping) else value
