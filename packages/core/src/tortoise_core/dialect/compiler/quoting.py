"""Identifiers and text as SQL writes them."""

from __future__ import annotations

from tortoise_core.base.errors import ConfigurationError


def quote_identifier(name: str, mark: str = '"') -> str:
    """`name` between `mark` characters, each one inside it doubled (ISO 9075-2, delimited identifiers)."""
    if not name or "\0" in name:
        raise ConfigurationError(f"{name!r} cannot be an SQL identifier")
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def quote_text(text: str) -> str:
    """A character literal, for the few places that take no parameter (DDL comments)."""
    if "\0" in text:
        raise ConfigurationError("text in DDL cannot hold a NUL character")
    return "'" + text.replace("'", "''") + "'"
