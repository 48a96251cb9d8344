"""Configuration dicts from URLs, as tools build them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Optional

from tortoise_core.app.config import Modules
from tortoise_core.app.connecting import ENGINES, fill_braces
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.plugins.manager import plugins
from tortoise_core.session.url import resolve_url, truth

_HOST = {"path": "database", "hostname": "host", "port": "port", "username": "user", "password": "password"}
_PATH = {"path": "file_path"}


class Lookup(MutableMapping[str, dict[str, Any]]):
    """URL scheme -> what its URLs mean: ``engine``, ``vmap`` (part of the URL to credential), ``defaults``, ``cast``.

    Filled from the installed drivers when it is asked. What is put in stands beside or before them, and is read by
    `expand_db_url` alone; a scheme opens connections once a driver is registered for it.
    """

    def __init__(self) -> None:
        self._own: dict[str, dict[str, Any]] = {}

    def __getitem__(self, scheme: str) -> dict[str, Any]:
        if scheme not in self._own and scheme not in plugins.schemes():
            raise KeyError(scheme)
        return self._own.get(scheme) or entry_of(scheme)

    def __setitem__(self, scheme: str, entry: dict[str, Any]) -> None:
        self._own[scheme] = entry

    def __delitem__(self, scheme: str) -> None:
        del self._own[scheme]

    def __iter__(self) -> Iterator[str]:
        return iter({*self._own, *plugins.schemes()})

    def __len__(self) -> int:
        return len({*self._own, *plugins.schemes()})


def entry_of(scheme: str) -> dict[str, Any]:
    """What URLs of `scheme` mean, from its driver. Raises ConfigurationError."""
    _, driver = plugins.driver(scheme)
    name = driver.name if driver.name in plugins.schemes() else scheme
    entry = {
        "engine": f"{ENGINES}.{name}",
        "vmap": dict(_PATH if driver.path_database else _HOST),
        "defaults": dict(driver.option_defaults),
        "cast": dict(driver.option_types),
    }
    return {**entry, "skip_first_char": False} if driver.path_database else entry


DB_LOOKUP = Lookup()


def expand_db_url(db_url: str, testing: bool = False) -> dict[str, Any]:
    """``{"engine": ..., "credentials": {...}}`` of a URL, which has the same meaning.

    `testing` replaces ``{}`` in the name of the database by something unique. Raises ConfigurationError.
    """
    scheme, separator, _ = db_url.partition("://")
    if not separator or scheme not in DB_LOOKUP:
        if separator:
            resolve_url(db_url)  # whose error says what to install
        raise ConfigurationError(f"unknown scheme {scheme!r} in a database URL.{did_you_mean(scheme, DB_LOOKUP)}")
    entry = DB_LOOKUP[scheme]
    target = resolve_url(db_url)[2]
    database = fill_braces(target.database) if testing else target.database
    port = entry["defaults"].get("port")
    hosts = [(host, port if said is None else said) for host, said in target.hosts or ((target.host, target.port),)]
    parts = {
        "path": database,
        "hostname": hosts[0][0] if len(hosts) == 1 else [host for host, _ in hosts],
        "port": hosts[0][1] if len(hosts) == 1 else [number for _, number in hosts],
        "username": target.user,
        "password": target.password,
    }
    cast = entry.get("cast", {})
    options = {
        name: _cast(name, value, cast[name]) if name in cast else value for name, value in target.options.items()
    }
    named = {credential: parts[part] for part, credential in entry["vmap"].items()}
    return {"engine": entry["engine"], "credentials": {**entry["defaults"], **options, **named}}


def _cast(name: str, value: Any, kind: Optional[type]) -> Any:
    if kind is None:
        return value
    if kind is bool:
        found = truth(value)
        return value if found is None else found  # a word of the driver's own
    try:
        return kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"option {name}={value!r} is no {kind.__name__}") from error


def generate_config(
    db_url: str, app_modules: Modules, connection_label: Optional[str] = None, testing: bool = False
) -> dict[str, Any]:
    """A configuration dict: one connection, called `connection_label` or "default", for all apps.

    Raises ConfigurationError as `expand_db_url`.
    """
    if not isinstance(app_modules, Mapping):
        raise ConfigurationError(f"app_modules map app labels to modules; it is {type(app_modules).__name__}")
    label = connection_label or "default"
    apps = {app: {"models": models, "default_connection": label} for app, models in app_modules.items()}
    return {"connections": {label: expand_db_url(db_url, testing)}, "apps": apps}
