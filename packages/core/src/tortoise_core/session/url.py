"""From a URL or a credentials mapping to a driver and the target it connects to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.plugins.manager import plugins

Resolved = tuple[Dialect, Driver, Target]


def resolve_url(url: str) -> Resolved:
    """The dialect, driver and target of ``scheme://...``. Raises ConfigurationError."""
    scheme, separator, rest = url.partition("://")
    if not separator or not scheme:
        raise ConfigurationError(f"not a database URL (expected scheme://...): {hide_password(url)!r}")
    dialect, driver = plugins.driver(scheme)
    target = path_target(scheme, rest) if driver.path_database else host_target(scheme, url)
    return dialect, driver, target


def path_target(scheme: str, rest: str) -> Target:
    """The target of a URL whose body is a path."""
    path, _, query = rest.partition("?")
    if not path:
        raise ConfigurationError(f"{scheme}:// needs a path, or :memory:")
    return Target(scheme, unquote(path), options=dict(parse_qsl(query, keep_blank_values=True)))


def host_target(scheme: str, url: str) -> Target:
    """The target of a URL that names a host."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"the port in a {scheme}:// URL is not a number") from error
    return Target(
        scheme,
        unquote(parts.path.lstrip("/")),
        host=unquote(parts.hostname) if parts.hostname else None,
        port=port,
        user=_unquoted(parts.username),
        password=_unquoted(parts.password),
        options=dict(parse_qsl(parts.query, keep_blank_values=True)),
    )


def _unquoted(text: Optional[str]) -> Optional[str]:
    return None if text is None else unquote(text)


def resolve_credentials(engine: str, credentials: Mapping[str, Any]) -> Resolved:
    """The same from the ``{engine, credentials}`` form; the last part of `engine` is the scheme."""
    scheme = engine.rpartition(".")[2]
    dialect, driver = plugins.driver(scheme)
    return dialect, driver, credentials_target(scheme, credentials)


def credentials_target(scheme: str, credentials: Mapping[str, Any]) -> Target:
    """The target of a credentials mapping. Raises ConfigurationError for a port that is no number."""
    rest: dict[str, Any] = dict(credentials)
    database = rest.pop("file_path", None) or rest.pop("database", None) or ""
    port = rest.pop("port", None)
    try:
        number = None if port is None else int(port)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"port {port!r} is not a number") from error
    return Target(
        scheme,
        str(database),
        host=rest.pop("host", None),
        port=number,
        user=rest.pop("user", None),
        password=rest.pop("password", None),
        options=rest,
    )


def truth(value: Any) -> Optional[bool]:
    """True or False for a word that says so, in any case; None for another."""
    word = str(value).strip().lower()
    return True if word in ("true", "1", "yes", "on") else False if word in ("false", "0", "no", "off") else None


def hide_password(url: str) -> str:
    """`url` as it may be shown or logged."""
    head, at, tail = url.rpartition("@")
    scheme, separator, rest = head.partition("://") if "://" in head else ("", "", head)
    # the first colon ends the user; a password may hold more of them, and an @ that nobody quoted
    user, colon, _ = rest.partition(":")
    return f"{scheme}{separator}{user}:***@{tail}" if at and colon else url
