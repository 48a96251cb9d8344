"""Identifiers and text as SQL writes them."""

from __future__ import annotations

from hashlib import sha256
from typing import Optional

from tortoise_core.base.errors import ConfigurationError


def quote_identifier(name: str, mark: str = '"') -> str:
    """`name` between `mark` characters, each one inside it doubled (ISO 9075-2, delimited identifiers)."""
    if not name or "\0" in name:
        raise ConfigurationError(f"{name!r} cannot be an SQL identifier")
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def fit_identifier(name: str, limit: Optional[int]) -> str:
    """`name` in at most `limit` bytes of UTF-8: what is longer ends in a hash, which a server's cutting would not tell.

    The same name gives the same result for ever; None is no limit.
    """
    if limit is None or len(name.encode(errors="surrogatepass")) <= limit:
        return name
    digest = sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    room = limit - len(digest) - 1
    return f"{name.encode(errors='ignore')[:room].decode(errors='ignore')}_{digest}"


def quote_text(text: str) -> str:
    """A character literal, for the few places that take no parameter (DDL comments)."""
    if "\0" in text:
        raise ConfigurationError("text in DDL cannot hold a NUL character")
    return "'" + text.replace("'", "''") + "'"
