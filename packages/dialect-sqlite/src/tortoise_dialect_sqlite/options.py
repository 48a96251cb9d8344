"""From a target to what opens it: the path or URI, and the PRAGMAs that set a session up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.pragmas import WORDS_OF_FLAGS

#: parameters of SQLite's own URIs (sqlite.org/uri.html); a path with one of them is opened as a URI
URI_OPTIONS = ("cache", "immutable", "mode", "modeof", "nolock", "psow", "vfs")
#: options that are neither SQLite's nor the pool's
OWN_OPTIONS = ("attach", "in_loop", "install_regexp_functions", "readers", "transactions")
#: how a transaction may begin (sqlite.org/lang_transaction.html); the default is IMMEDIATE, which locks for writing
TRANSACTIONS = ("IMMEDIATE", "DEFERRED", "EXCLUSIVE")
#: sessions of a file: one that all statements outside transactions share, and some for transactions
MAX_SESSIONS = 5
#: sessions that read while the shared one is busy: one is for the time of a write, more also for that of a long SELECT
READERS = 1
#: milliseconds that a statement waits for the locks of others
BUSY_TIMEOUT = 5000
#: bytes to which the write-ahead log is cut once it has been written back
JOURNAL_SIZE_LIMIT = 16384
#: what a file is opened with where nothing else is said
DEFAULTS: Mapping[str, Any] = {"journal_mode": "WAL", "journal_size_limit": JOURNAL_SIZE_LIMIT}
#: options of a URL that are not text, as programs read them out of one
OPTION_TYPES: Mapping[str, type] = {"journal_size_limit": int, "install_regexp_functions": bool}


@dataclass(frozen=True)
class Opening:
    """`database` as `sqlite3.connect` takes it, and what is to be done with it.

    `pragmas` by name, in the order they are to be run; `attached` are (name, path); `begin` is the statement that
    opens a transaction; `readers` is how many more sessions may read while one waits; `regexp` asks for the operators
    REGEXP and MATCH.
    """

    database: str
    uri: bool
    read_only: bool
    pragmas: tuple[tuple[str, Any], ...]
    attached: tuple[tuple[str, str], ...] = ()
    begin: str = "BEGIN IMMEDIATE"
    readers: int = 0
    regexp: bool = False

    @property
    def reads_beside_writes(self) -> bool:
        """True if a statement that reads keeps nobody from writing: in WAL mode."""
        return any(name == "journal_mode" and str(value).upper() == "WAL" for name, value in self.pragmas)


class _Address(NamedTuple):
    """What is opened: the path or URI without parameters, and SQLite's own URI parameters."""

    path: str
    uri: bool
    parameters: Mapping[str, str]

    @property
    def private(self) -> bool:
        """In memory, for one session to see."""
        name = self.path[len("file:") :] if self.uri else self.path
        return name in ("", ":memory:") or self.parameters.get("mode") == "memory"

    @property
    def read_only(self) -> bool:
        return self.parameters.get("mode") == "ro" or flag("immutable", self.parameters.get("immutable", False))

    def text(self) -> str:
        query = "&".join([f"{name}={quote(value, safe='')}" for name, value in self.parameters.items()])
        return f"{self.path}?{query}" if query else self.path


def _address_of(target: Target) -> _Address:
    path = target.database
    parameters: dict[str, str] = {}
    uri = path.startswith("file:")
    if uri:
        path, _, query = path.partition("?")
        parameters.update(parse_qsl(query, keep_blank_values=True))
    parameters.update({name: str(value) for name, value in target.options.items() if name in URI_OPTIONS})
    if parameters and not uri:
        path, uri = f"file:{quote(path, safe='/:')}", True
    return _Address(path, uri, parameters)


def is_private(target: Target) -> bool:
    """True for a database that only the session that opened it can see: one in memory."""
    return _address_of(target).private


def opening_of(target: Target) -> Opening:
    """How to open `target`. Raises ConfigurationError for what means nothing to SQLite."""
    for name in ("host", "port", "user", "password"):
        if getattr(target, name) is not None:
            raise ConfigurationError(f"sqlite has no {name}: the database is a file")
    if "case_sensitive_like" in target.options:
        raise ConfigurationError("case_sensitive_like would break lookups, which say themselves whether case counts")
    address, options = _address_of(target), target.options
    given = {name: value for name, value in options.items() if name not in (*URI_OPTIONS, *OWN_OPTIONS)}
    pragmas = _with_defaults(given, writes_file=not (address.read_only or address.private))
    flag("in_loop", options.get("in_loop", False))
    return Opening(
        address.text(),
        address.uri,
        address.read_only,
        tuple(pragmas.items()),
        _attached(options.get("attach", "")),
        _begin(options.get("transactions"), address.read_only),
        _readers(options.get("readers"), address, pragmas),
        flag("install_regexp_functions", options.get("install_regexp_functions", False)),
    )


def flag(name: str, value: Any) -> bool:
    """An option that is on or off. Raises ConfigurationError."""
    found = WORDS_OF_FLAGS.get(str(value).lower())
    if found is None:
        raise ConfigurationError(f"option {name}={value!r} is neither on nor off")
    return found


def _readers(count: Any, address: _Address, pragmas: Mapping[str, Any]) -> int:
    """How many: none where others could not see the database, or readers and writers would lock each other out."""
    given = READERS if count is None else int(str(count)) if str(count).isdigit() else -1
    if given < 0:
        raise ConfigurationError(f"option readers={count!r} is not a number of sessions")
    beside = str(pragmas.get("journal_mode", "")).upper() == "WAL"
    return given if beside and not address.private else 0


def _begin(kind: Any, read_only: bool) -> str:
    if kind is None:
        return "BEGIN" if read_only else "BEGIN IMMEDIATE"
    word = str(kind).upper()
    if word not in TRANSACTIONS:
        words = ", ".join(TRANSACTIONS).lower()
        raise ConfigurationError(f"option transactions={kind!r} is none of {words}.{did_you_mean(word, TRANSACTIONS)}")
    return f"BEGIN {word}"


def _attached(value: Any) -> tuple[tuple[str, str], ...]:
    """Databases to attach, from a mapping of names to paths or from text such as ``log:log.db,old:old.db``."""
    if isinstance(value, Mapping):
        pairs = [(str(name), str(path)) for name, path in value.items()]
    else:
        parts = [part.partition(":") for part in str(value).split(",") if part]
        pairs = [(name, path) for name, _, path in parts]
    for name, path in pairs:
        if not name or not path or name.lower() in ("main", "temp"):
            raise ConfigurationError(f"option attach takes name:path, not {name!r} with {path!r}")
    return tuple(pairs)


def _with_defaults(pragmas: Mapping[str, Any], writes_file: bool) -> dict[str, Any]:
    given = {name.lower(): value for name, value in pragmas.items()}
    # the patience for locks comes first, as changing the journal takes one
    merged: dict[str, Any] = {"busy_timeout": given.pop("busy_timeout", BUSY_TIMEOUT)}
    if writes_file:
        merged["journal_mode"] = given.pop("journal_mode", "WAL")
        merged["journal_size_limit"] = given.pop("journal_size_limit", JOURNAL_SIZE_LIMIT)
    merged["foreign_keys"] = given.pop("foreign_keys", "ON")
    merged.update(given)
    return merged
