"""From a URL or a credentials mapping to a driver and the target it connects to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional
from urllib.parse import parse_qsl, unquote, urlsplit

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.dialect.driver import Driver, Target
from tortoise_core.dialect.interface import Dialect
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.hosts import Host, hosts_of_options, hosts_of_url

Resolved = tuple[Dialect, Driver, Target]

#: user, password and hosts of a URL, up to its path
_AUTHORITY = re.compile(r"[^/?#]*")
#: options that hold passwords, such as that of a key
_SECRET_OPTION = re.compile(r"([?&]\w*password=)[^&#]*")


def resolve_url(url: str) -> Resolved:
    """The dialect, driver and target of ``scheme://...``. Raises ConfigurationError."""
    scheme, separator, rest = url.partition("://")
    if not separator or not scheme:
        raise ConfigurationError(f"not a database URL (expected scheme://...): {hide_password(url)!r}")
    dialect, driver = plugins.driver(scheme)
    target = path_target(scheme, rest) if driver.path_database else host_target(scheme, url)
    return dialect, driver, _reachable(driver, target)


def _reachable(driver: Driver, target: Target) -> Target:
    if target.hosts and not driver.several_hosts:
        raise ConfigurationError(f"{driver.name} takes one host, not {len(target.hosts)}")
    return target


def path_target(scheme: str, rest: str) -> Target:
    """The target of a URL whose body is a path."""
    path, _, query = rest.partition("?")
    if not path:
        raise ConfigurationError(f"{scheme}:// needs a path, or :memory:")
    return Target(scheme, unquote(path), options=dict(parse_qsl(query, keep_blank_values=True)))


def host_target(scheme: str, url: str) -> Target:
    """The target of a URL that names a host."""
    authority = _AUTHORITY.match(url.partition("://")[2])
    assert authority is not None  # it matches an empty text
    login, at, where = authority.group().rpartition("@")
    user, colon, password = login.partition(":")
    # without the authority, whose rules for several hosts and for addresses are not those of the web
    parts = urlsplit(authority.string[authority.end() :])
    options: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    hosts = hosts_of_url(where) if where else hosts_of_options(options.pop("host", None), options.pop("port", None))
    target = Target(
        scheme,
        unquote(parts.path.lstrip("/")),
        user=unquote(user) if at else None,
        password=unquote(password) if colon else None,
        options=options,
    )
    return with_hosts(target, hosts)


def with_hosts(target: Target, hosts: tuple[Host, ...]) -> Target:
    """`target` at these hosts, of which there is at least one."""
    host, port = hosts[0]
    return replace(target, host=host, port=port, hosts=hosts if len(hosts) > 1 else ())


def resolve_credentials(engine: str, credentials: Mapping[str, Any]) -> Resolved:
    """The same from the ``{engine, credentials}`` form; the last part of `engine` is the scheme."""
    scheme = engine.rpartition(".")[2]
    dialect, driver = plugins.driver(scheme)
    return dialect, driver, _reachable(driver, credentials_target(scheme, credentials))


def credentials_target(scheme: str, credentials: Mapping[str, Any]) -> Target:
    """The target of a credentials mapping. Raises ConfigurationError for a port that is no number."""
    rest: dict[str, Any] = dict(credentials)
    database = rest.pop("file_path", None) or rest.pop("database", None) or ""
    target = Target(scheme, str(database), user=rest.pop("user", None), password=rest.pop("password", None))
    hosts = hosts_of_options(rest.pop("host", None), rest.pop("port", None))
    return with_hosts(replace(target, options=rest), hosts)


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
    return _SECRET_OPTION.sub(r"\1***", f"{scheme}{separator}{user}:***@{tail}" if at and colon else url)
