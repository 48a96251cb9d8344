"""Configuration as values: connections, apps, routers and time zone, checked when they are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Optional, Union

from tortoise_core.app.config_file import read_config_file
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean

#: app label -> its modules, by name or as objects; one name may stand alone
Modules = Mapping[str, Union[str, Iterable[Any]]]

_KEYS = ("connections", "apps", "routers", "use_tz", "timezone")
_APP_KEYS = ("models", "default_connection", "migrations")
_CONNECTION_KEYS = ("engine", "credentials", "db_url")
_SOURCES = 'give exactly one of "config", "config_file", or "db_url" with "modules"'


def check_keys(what: str, mapping: Any, known: tuple[str, ...]) -> None:
    """Raise ConfigurationError unless `mapping` is a mapping of `known` keys only."""
    if not isinstance(mapping, Mapping):
        raise ConfigurationError(f"{what} must be a mapping, not {type(mapping).__name__}")
    for key in mapping:
        if key not in known:
            raise ConfigurationError(f'unknown key "{key}" in {what}.{did_you_mean(str(key), known)}')


@dataclass(frozen=True)
class DBUrlConfig:
    """A connection given by its URL. Raises ConfigurationError for what is no text."""

    url: str = field(repr=False)  # it may hold a password

    def __post_init__(self) -> None:
        url: Any = self.url
        if not isinstance(url, str) or not url:
            raise ConfigurationError(f"a database URL is text such as scheme://..., not {type(url).__name__}")

    def to_config(self) -> str:
        """The URL."""
        return self.url


@dataclass(frozen=True)
class ConnectionConfig:
    """A connection given by its parts, ``engine`` and ``credentials``, or by a URL.

    Raises ConfigurationError unless exactly one of `engine` and `db_url` is there.
    """

    engine: Optional[str] = None
    credentials: dict[str, Any] = field(default_factory=dict, repr=False)
    db_url: Optional[str] = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.engine is None) == (self.db_url is None):
            raise ConfigurationError('a connection needs either "db_url" or "engine" with "credentials"')
        if self.db_url is not None and self.credentials:
            raise ConfigurationError('"credentials" go with "engine": what a URL needs stands in the URL')
        texts: dict[str, Any] = {"engine": self.engine, "db_url": self.db_url}
        for name, value in texts.items():
            if value is not None and (not isinstance(value, str) or not value):
                raise ConfigurationError(f'"{name}" of a connection must be text, not {type(value).__name__}')
        credentials: Any = self.credentials
        if not isinstance(credentials, Mapping):
            raise ConfigurationError('"credentials" of a connection must be a mapping')

    def to_config(self) -> Union[str, dict[str, Any]]:
        """As it stands in a configuration dict: the URL, or ``{"engine": ..., "credentials": ...}``."""
        if self.db_url is not None:
            return self.db_url
        return {"engine": self.engine, "credentials": dict(self.credentials)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ConnectionConfig:
        """From ``{"engine", "credentials"}`` or ``{"db_url"}``. Raises ConfigurationError."""
        check_keys("a connection", data, _CONNECTION_KEYS)
        return cls(data.get("engine"), data.get("credentials") or {}, data.get("db_url"))


@dataclass(frozen=True)
class AppConfig:
    """An app: its modules, the connection it uses (None: the default one), and its migrations package."""

    models: list[Any]
    default_connection: Optional[str] = None
    migrations: Optional[str] = None

    def __post_init__(self) -> None:
        given: Any = self.models
        models: list[Any] = [given] if isinstance(given, (str, ModuleType)) else list(given)
        wrong = [found for found in models if not isinstance(found, (str, ModuleType)) or found == ""]
        if wrong:
            raise ConfigurationError(f'"models" of an app are modules, by name or as objects, not {wrong[0]!r}')
        object.__setattr__(self, "models", models)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in a configuration dict, without what was not given."""
        given = {"default_connection": self.default_connection, "migrations": self.migrations}
        return {"models": list(self.models), **{key: value for key, value in given.items() if value is not None}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AppConfig:
        """From ``{"models", "default_connection", "migrations"}``. Raises ConfigurationError."""
        check_keys("an app", data, _APP_KEYS)
        if "models" not in data:
            raise ConfigurationError('an app needs "models"')
        return cls(data["models"], data.get("default_connection"), data.get("migrations"))


@dataclass(frozen=True)
class TortoiseConfig:
    """A whole configuration. `use_tz` and `timezone`: None leaves them to the arguments of `init`."""

    connections: Mapping[str, Union[ConnectionConfig, DBUrlConfig]]
    apps: Mapping[str, AppConfig]
    routers: Optional[list[Any]] = None
    use_tz: Optional[bool] = None
    timezone: Optional[str] = None

    def __post_init__(self) -> None:
        connections: Any = self.connections
        if not isinstance(connections, Mapping) or not connections:
            raise ConfigurationError('a configuration needs at least one of "connections"')
        for label, app in self.apps.items():
            name = app.default_connection
            if name is not None and name not in self.connections:
                hint = did_you_mean(name, self.connections)
                raise ConfigurationError(f'app "{label}": no connection is called "{name}".{hint}')
        for name, wanted in (("use_tz", bool), ("timezone", str)):
            value = getattr(self, name)
            if value is not None and not isinstance(value, wanted):
                raise ConfigurationError(f'"{name}" must be {wanted.__name__}, not {value!r}')

    def to_dict(self) -> dict[str, Any]:
        """The configuration dict that says the same."""
        given = {"routers": self.routers, "use_tz": self.use_tz, "timezone": self.timezone}
        return {
            "connections": {name: entry.to_config() for name, entry in self.connections.items()},
            "apps": {label: app.to_dict() for label, app in self.apps.items()},
            **{key: value for key, value in given.items() if value is not None},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TortoiseConfig:
        """From a configuration dict. Raises ConfigurationError that says where something is wrong."""
        check_keys("config", data, _KEYS)
        for key in ("connections", "apps"):
            if not isinstance(data.get(key), Mapping):
                raise ConfigurationError(f'config needs "{key}", a mapping')
        connections = {name: connection_entry(str(name), entry) for name, entry in data["connections"].items()}
        apps = {label: _app_entry(str(label), entry) for label, entry in data["apps"].items()}
        routers = data.get("routers")
        return cls(
            connections, apps, None if routers is None else list(routers), data.get("use_tz"), data.get("timezone")
        )

    @classmethod
    def from_config_file(cls, config_file: Any) -> TortoiseConfig:
        """From a .json, .yml, .yaml or .toml file. Raises ConfigurationError."""
        try:
            return cls.from_dict(read_config_file(config_file))
        except ConfigurationError as error:
            raise ConfigurationError(f"{config_file}: {error}") from error

    @classmethod
    def from_db_url_and_modules(cls, db_url: str, modules: Modules) -> TortoiseConfig:
        """One connection called "default", and apps that use it. Raises ConfigurationError."""
        if not isinstance(modules, Mapping):
            raise ConfigurationError(f'"modules" maps app labels to modules; it is {type(modules).__name__}')
        apps = {label: _named("app", label, AppConfig, found, "default") for label, found in modules.items()}
        for label, app in apps.items():
            if not app.models:
                raise ConfigurationError(f'app "{label}" names no modules')
        return cls({"default": DBUrlConfig(db_url)}, apps)

    @classmethod
    def resolve_args(
        cls,
        config: Union[Mapping[str, Any], TortoiseConfig, None] = None,
        config_file: Any = None,
        db_url: Optional[str] = None,
        modules: Optional[Modules] = None,
    ) -> TortoiseConfig:
        """The configuration from exactly one source. Raises ConfigurationError."""
        if (config is not None) + (config_file is not None) + (db_url is not None) != 1:
            raise ConfigurationError(f"{_SOURCES}; either one of them is missing or there are several")
        if db_url is not None:
            if modules is None:
                raise ConfigurationError(f'"db_url" needs "modules" too: {_SOURCES}')
            return cls.from_db_url_and_modules(db_url, modules)
        if modules is not None:
            raise ConfigurationError(f'"modules" go with "db_url": {_SOURCES}')
        if config_file is not None:
            return cls.from_config_file(config_file)
        return config if isinstance(config, cls) else cls.from_dict(config)  # type: ignore[arg-type]  # one is there


def connection_entry(name: str, entry: Any) -> Union[ConnectionConfig, DBUrlConfig]:
    """A connection from a URL, a mapping, or as it is made already. Raises ConfigurationError that names it."""
    if isinstance(entry, (ConnectionConfig, DBUrlConfig)):
        return entry
    if isinstance(entry, str):
        return DBUrlConfig(entry)
    if not isinstance(entry, Mapping):
        raise ConfigurationError(f'connection "{name}" must be a URL or a mapping, not {type(entry).__name__}')
    made: ConnectionConfig = _named("connection", name, ConnectionConfig.from_dict, entry)
    return made


def _app_entry(label: str, entry: Any) -> AppConfig:
    app = entry if isinstance(entry, AppConfig) else _named("app", label, AppConfig.from_dict, entry)
    if not app.models:
        raise ConfigurationError(f'app "{label}" names no modules')
    return app


def _named(kind: str, name: str, make: Any, *arguments: Any) -> Any:
    """What `make` makes; its errors say of which entry."""
    try:
        return make(*arguments)
    except ConfigurationError as error:
        raise ConfigurationError(f'{kind} "{name}": {error}') from error
