"""From a target to what `asyncpg.connect` takes."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from typing import Any, Callable, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.driver import Target

logger = logging.getLogger("tortoise.postgres")

PORT = 5432
_YES, _NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def _text(name: str, value: Any) -> str:
    return str(value)


def _seconds(name: str, value: Any) -> Any:
    if value is None or str(value).lower() in ("", "none"):
        return None
    return _number(name, value, float)


def _count(name: str, value: Any) -> int:
    return int(_number(name, value, int))


def _number(name: str, value: Any, kind: Callable[[Any], Union[int, float]]) -> Union[int, float]:
    try:
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"option {name}={value!r} is not a number") from error
    if number < 0:
        raise ConfigurationError(f"option {name}={value!r} must not be negative")
    return number


def ssl_option(name: str, value: Any) -> Any:
    """True, False, an `ssl.SSLContext`, or one of libpq's modes. Raises ConfigurationError."""
    if value is None or isinstance(value, (bool, ssl.SSLContext)):
        return value
    text = str(value).lower()
    if text in _SSL_MODES:
        return text
    if text in _YES or text in _NO:
        return text in _YES
    raise ConfigurationError(f"option {name}={value!r} is unknown.{did_you_mean(text, (*_SSL_MODES, 'true', 'false'))}")


def settings_option(name: str, value: Any) -> dict[str, str]:
    """Server settings from a mapping, or from text: ``jit=off;work_mem=64MB``. Raises ConfigurationError."""
    if isinstance(value, Mapping):
        return {str(key): str(setting) for key, setting in value.items()}
    pairs = [part.partition("=") for part in str(value).split(";") if part.strip()]
    if not all(key.strip() and equals for key, equals, _ in pairs):
        raise ConfigurationError(f"option {name}={value!r}: expected setting=value, several separated by semicolons")
    return {key.strip(): setting.strip() for key, _, setting in pairs}


def search_path(schema: str) -> str:
    """The search path that makes `schema` the default; a list with commas or quotes is taken as it is."""
    return schema if "," in schema or '"' in schema else f'"{schema}"'


def _as_is(name: str, value: Any) -> Any:
    return value


#: option -> what reads it; each is a keyword of `asyncpg.connect`
_KEYWORDS: dict[str, Callable[[str, Any], Any]] = {
    "ssl": ssl_option,
    "direct_tls": lambda name, value: ssl_option(name, value) is True,
    "timeout": _seconds,
    "command_timeout": _seconds,
    "statement_cache_size": _count,
    "max_cached_statement_lifetime": _count,
    "max_cacheable_statement_size": _count,
    "server_settings": settings_option,
    "passfile": _text,
    "target_session_attrs": _text,
    "krbsrvname": _text,
    "gsslib": _text,
    "connection_class": _as_is,
}
#: option -> the server setting it stands for
_SETTINGS = {"application_name": "application_name", "schema": "search_path"}
_SYNONYMS = {"sslmode": "ssl"}
#: options of the library's pool, which is not used, that have nothing to act on here
_WITHOUT_EFFECT = ("loop",)
#: options of the library and of its pool that are the pool's here
POOL_SYNONYMS = {"timeout": "connect_timeout", "max_queries": "max_uses"}
#: options of a URL that are not text, as programs read them out of one
OPTION_TYPES: dict[str, type] = {
    "min_size": int,
    "max_size": int,
    "max_queries": int,
    "max_inactive_connection_lifetime": float,
    "timeout": int,
    "statement_cache_size": int,
    "max_cached_statement_lifetime": int,
    "max_cacheable_statement_size": int,
    "ssl": bool,
}


def check(target: Target) -> None:
    """Raise ConfigurationError for an option that is not known, and warn of one that has no effect."""
    connect_arguments(target)
    for name in _WITHOUT_EFFECT:
        if name in target.options:
            logger.warning("option %s has no effect: the pool is not the library's own", name)


def connect_arguments(target: Target) -> dict[str, Any]:
    """The keywords of `asyncpg.connect` for a target. Raises ConfigurationError for an option it does not know."""
    arguments: dict[str, Any] = {
        "host": target.host,
        # without a host the library looks for a socket file, or into the PG... variables
        "port": PORT if target.port is None and target.host else target.port,
        "user": target.user,
        "password": target.password,
        "database": target.database or None,
    }
    settings: dict[str, str] = {}
    for given, value in target.options.items():
        name = _SYNONYMS.get(given, given)
        if name in _SETTINGS:
            settings[_SETTINGS[name]] = search_path(str(value)) if name == "schema" else str(value)
        elif name in _KEYWORDS:
            arguments[name] = _KEYWORDS[name](given, value)
        elif name not in _WITHOUT_EFFECT:
            known = (*_KEYWORDS, *_SETTINGS, *_SYNONYMS)
            raise ConfigurationError(f'unknown option "{name}" for postgres with asyncpg.{did_you_mean(name, known)}')
    # as start-up parameters they are what RESET goes back to
    arguments["server_settings"] = {**arguments.get("server_settings", {}), **settings}
    return arguments
