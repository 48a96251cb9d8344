"""What a URL or credentials say about a connection, in PostgreSQL's words, whichever client library is to be told.

Options that several libraries know bear the names that libpq gives them (PostgreSQL manual, "Parameter Key Words").
Everything is read when the configuration is, so that a mistake is told before anything connects.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.driver import POOL_OPTIONS, Target

PORT = 5432
#: prepared statements that one session keeps, their age in seconds, and the longest text that is kept
STATEMENTS, STATEMENT_LIFETIME, STATEMENT_SIZE = 500, 300, 15 * 1024
#: from the name of an option and what was given to what is meant. Raises ConfigurationError
Reader = Callable[[str, Any], Any]

_YES, _NO = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
SESSION_ATTRIBUTES = ("any", "read-write", "read-only", "primary", "standby", "prefer-standby")
#: what stands for the certificates the operating system trusts
SYSTEM_ROOTS = "system"
_DURATION = re.compile(r"\d+(\.\d+)?\s*(us|ms|s|min|h|d)?")
#: options of pools of client libraries, none of which is used, that have nothing to act on
WITHOUT_EFFECT = ("loop",)
#: options of client libraries and their pools that are the pool's here
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


def text(name: str, value: Any) -> str:
    """The value as text."""
    return str(value)


def as_is(name: str, value: Any) -> Any:
    """The value itself."""
    return value


def seconds(name: str, value: Any) -> Optional[float]:
    """A number of seconds; None for none."""
    if value is None or str(value).lower() in ("", "none"):
        return None
    return float(_number(name, value, float))


def count(name: str, value: Any) -> int:
    """A whole number from 0 on."""
    return int(_number(name, value, int))


def _number(name: str, value: Any, kind: Callable[[Any], Union[int, float]]) -> Union[int, float]:
    try:
        number = kind(value)
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"option {name}={value!r} is not a number") from error
    if number < 0:
        raise ConfigurationError(f"option {name}={value!r} must not be negative")
    return number


def truth(name: str, value: Any) -> bool:
    """True or False, or a word that says so."""
    word = str(value).lower()
    if word not in (*_YES, *_NO):
        raise ConfigurationError(f"option {name}={value!r} is neither true nor false")
    return word in _YES


def ssl_option(name: str, value: Any) -> Union[bool, str, ssl.SSLContext, None]:
    """True, False, an `ssl.SSLContext`, or one of libpq's modes."""
    if value is None or isinstance(value, (bool, ssl.SSLContext)):
        return value
    word = str(value).lower()
    if word in SSL_MODES:
        return word
    if word in _YES or word in _NO:
        return word in _YES
    raise ConfigurationError(f"option {name}={value!r} is unknown.{did_you_mean(word, (*SSL_MODES, 'true', 'false'))}")


def file(name: str, value: Any) -> str:
    """The path of a file that can be read."""
    path = Path(str(value)).expanduser()
    if not path.is_file():
        raise ConfigurationError(f"option {name}={value!r}: there is no such file")
    return str(path)


def roots(name: str, value: Any) -> str:
    """A file of certificates, or the word for those of the operating system."""
    return SYSTEM_ROOTS if value == SYSTEM_ROOTS else file(name, value)


def session_attributes(name: str, value: Any) -> str:
    """Which of several servers will do."""
    if value not in SESSION_ATTRIBUTES:
        raise ConfigurationError(f"option {name}={value!r} is unknown.{did_you_mean(str(value), SESSION_ATTRIBUTES)}")
    return str(value)


def duration(name: str, value: Any) -> str:
    """A span as the server takes it: a number of milliseconds, or with one of its units (us ms s min h d)."""
    span = str(value).strip()
    if not _DURATION.fullmatch(span):
        raise ConfigurationError(f"option {name}={value!r}: expected milliseconds, or a unit as in 5s, 250ms, 1min")
    return span


def server_settings(name: str, value: Any) -> dict[str, str]:
    """Server settings from a mapping, or from text: ``jit=off;work_mem=64MB``."""
    if isinstance(value, Mapping):
        return {str(key): str(setting) for key, setting in value.items()}
    pairs = [part.partition("=") for part in str(value).split(";") if part.strip()]
    if not all(key.strip() and equals for key, equals, _ in pairs):
        raise ConfigurationError(f"option {name}={value!r}: expected setting=value, several separated by semicolons")
    return {key.strip(): setting.strip() for key, _, setting in pairs}


def schema(name: str, value: Any) -> str:
    """The search path that makes a schema the default; a list with commas or quotes is taken as it is."""
    path = str(value)
    return path if "," in path or '"' in path else f'"{path}"'


#: option -> the server setting it stands for, and what reads it
_SETTINGS: dict[str, tuple[str, Reader]] = {
    "application_name": ("application_name", text),
    "schema": ("search_path", schema),
    "search_path": ("search_path", text),
    "statement_timeout": ("statement_timeout", duration),
    "lock_timeout": ("lock_timeout", duration),
    "idle_in_transaction_session_timeout": ("idle_in_transaction_session_timeout", duration),
    "idle_session_timeout": ("idle_session_timeout", duration),
    "options": ("options", text),
}
_SSL: dict[str, Reader] = {"ssl": ssl_option, "sslmode": ssl_option}
_TLS: dict[str, Reader] = {
    "sslrootcert": roots,
    "sslcert": file,
    "sslkey": file,
    "sslcrl": file,
    "sslpassword": text,
    "ssl_min_protocol_version": text,
    "ssl_max_protocol_version": text,
}
_SHARED: dict[str, Reader] = {
    "target_session_attrs": session_attributes,
    "passfile": text,
    "service": text,
    "krbsrvname": text,
    "gsslib": text,
}


@dataclass(frozen=True)
class Options:
    """What is said about a connection.

    `settings` are start-up parameters: RESET leads back to them, so that they outlive whatever a session goes through.
    `ssl` is None where nothing is said, True, False, an SSLContext or a mode of libpq; `tls` what belongs to it, by
    libpq's names; `shared` other options that libraries have in common, and `own` those of one library, each as it was
    read.
    """

    hosts: tuple[tuple[Optional[str], Optional[int]], ...]
    settings: dict[str, str] = field(default_factory=dict)
    ssl: Union[bool, str, ssl.SSLContext, None] = None
    tls: dict[str, str] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)


def read_options(target: Target, library: str, own: Mapping[str, Reader]) -> Options:
    """The options of a target. Raises ConfigurationError for one that neither this module nor `own` knows."""
    found = Options(target.hosts or ((target.host, target.port),))
    if "ssl" in target.options and "sslmode" in target.options:
        raise ConfigurationError("options ssl and sslmode say the same thing: give one of them")
    settings: dict[str, str] = {}
    for name, value in target.options.items():
        if name in _SETTINGS:
            setting, read = _SETTINGS[name]
            settings[setting] = read(name, value)
        elif name == "server_settings":
            found.settings.update(server_settings(name, value))
        elif name not in _SSL:
            _keep(found, library, own, name, value)
    found.settings.update(settings)
    return _with_ssl(found, target)


def _keep(found: Options, library: str, own: Mapping[str, Reader], name: str, value: Any) -> None:
    for readers, kept in ((_TLS, found.tls), (_SHARED, found.shared), (own, found.own)):
        if name in readers:
            kept[name] = readers[name](name, value)
            return
    if name not in WITHOUT_EFFECT:
        known = (*own, *_TLS, *_SHARED, *_SSL, *_SETTINGS, "server_settings", *POOL_OPTIONS, *POOL_SYNONYMS)
        raise ConfigurationError(f'unknown option "{name}" for postgres with {library}.{did_you_mean(name, known)}')


def _with_ssl(found: Options, target: Target) -> Options:
    name = "ssl" if "ssl" in target.options else "sslmode"
    mode = ssl_option(name, target.options.get(name))
    if isinstance(mode, ssl.SSLContext) and found.tls:
        raise ConfigurationError(f"option {name} is an SSLContext, which has its own {', '.join(found.tls)}")
    return Options(found.hosts, found.settings, mode, found.tls, found.shared, found.own)


def trusting_context(tls: Mapping[str, str]) -> ssl.SSLContext:
    """A context that checks certificate and host name, by the roots given or those of the operating system.

    Raises ConfigurationError for files that do not fit together.
    """
    cafile = tls.get("sslrootcert", SYSTEM_ROOTS)
    try:
        context = ssl.create_default_context(cafile=None if cafile == SYSTEM_ROOTS else cafile)
        if "sslcert" in tls:
            context.load_cert_chain(tls["sslcert"], tls.get("sslkey"), lambda: tls.get("sslpassword", ""))
        if "sslcrl" in tls:
            context.load_verify_locations(cafile=tls["sslcrl"])
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    except ssl.SSLError as error:
        raise ConfigurationError(f"the files of {', '.join(sorted(tls))} do not fit together: {error}") from error
    return context
