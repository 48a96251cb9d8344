"""Configuration: from a dict or a URL to connections and apps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Optional, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.base.timezone import Clock
from tortoise_core.session.connection import Connection
from tortoise_core.session.url import resolve_credentials, resolve_url

Modules = Mapping[str, Iterable[Any]]


class AppConfig(NamedTuple):
    """An app: the modules its models are in, and the connection they use (None: the default one)."""

    models: tuple[Any, ...]
    default_connection: Optional[str]


class Settings(NamedTuple):
    """A configuration that was checked."""

    connections: dict[str, Any]
    apps: dict[str, AppConfig]
    clock: Clock
    routers: tuple[Any, ...] = ()


_KEYS = ("connections", "apps", "routers", "use_tz", "timezone")
_APP_KEYS = ("models", "default_connection", "migrations")


def settings_from(
    config: Optional[Mapping[str, Any]],
    db_url: Optional[str],
    modules: Optional[Modules],
    use_tz: bool,
    timezone: str,
    routers: Optional[Iterable[Any]] = None,
) -> Settings:
    """Settings from exactly one source: `config`, or `db_url` with `modules`. Raises ConfigurationError."""
    if (config is None) == (db_url is None):
        raise ConfigurationError('give either "config" or "db_url" and "modules"')
    if config is None:
        if modules is None:
            raise ConfigurationError('"db_url" needs "modules" too')
        apps = {label: AppConfig(_models(label, found), None) for label, found in modules.items()}
        return Settings({"default": db_url}, apps, Clock(use_tz, timezone), tuple(routers or ()))
    _check_keys("config", config, _KEYS)
    apps = {label: _app(label, found) for label, found in config.get("apps", {}).items()}
    clock = Clock(bool(config.get("use_tz", use_tz)), config.get("timezone") or timezone)
    return Settings(dict(config.get("connections", {})), apps, clock, tuple(config.get("routers") or routers or ()))


def _check_keys(what: str, mapping: Any, known: tuple[str, ...]) -> None:
    if not isinstance(mapping, Mapping):
        raise ConfigurationError(f"{what} must be a mapping, not {mapping!r}")
    for key in mapping:
        if key not in known:
            raise ConfigurationError(f'unknown key "{key}" in {what}.{did_you_mean(str(key), known)}')


def _app(label: str, found: Any) -> AppConfig:
    _check_keys(f'app "{label}"', found, _APP_KEYS)
    return AppConfig(_models(label, found.get("models", ())), found.get("default_connection"))


def _models(label: str, found: Any) -> tuple[Any, ...]:
    models: list[Any] = [found] if isinstance(found, str) else list(found)
    if not models:
        raise ConfigurationError(f'app "{label}" names no modules')
    return tuple(models)


def make_connection(name: str, entry: Union[str, Mapping[str, Any]], clock: Clock) -> Connection:
    """A connection from a URL, ``{"db_url": ...}`` or ``{"engine": ..., "credentials": {...}}``."""
    if isinstance(entry, Mapping):
        _check_keys(f'connection "{name}"', entry, ("engine", "credentials", "db_url"))
        if "db_url" in entry:
            entry = entry["db_url"]
        elif "engine" in entry:
            dialect, driver, target = resolve_credentials(entry["engine"], entry.get("credentials", {}))
            return Connection(name, dialect, driver, target, clock)
        else:
            raise ConfigurationError(f'connection "{name}" needs "db_url" or "engine"')
    if not isinstance(entry, str):
        raise ConfigurationError(f'connection "{name}" must be a URL or a mapping, not {entry!r}')
    dialect, driver, target = resolve_url(entry)
    return Connection(name, dialect, driver, target, clock)
