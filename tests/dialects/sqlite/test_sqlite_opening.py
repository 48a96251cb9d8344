"""URLs of SQLite: paths, URIs, options, and what cannot be opened."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tortoise import connections
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, ConfigurationError, DBConnectionError, OperationalError
from tortoise.transactions import in_transaction
from tortoise_core.base.errors import ErrorKind
from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.options import is_private, opening_of


def on_url(url: Any, script: str = "", query: str = "SELECT 1 AS x") -> Any:
    """The rows of `query`, after `script`, on a database that may be a URL or a connection's settings."""

    async def main() -> Any:
        async with TortoiseContext() as context:
            await context.init(config={"connections": {"default": url}, "apps": {}})
            if script:
                await connections.get("default").execute_script(script)
            return await connections.get("default").execute_query_dict(query)

    return asyncio.run(main())


MAKE = "CREATE TABLE t (a); INSERT INTO t VALUES (7)"
READ = "SELECT a FROM t"


@pytest.mark.parametrize(
    "name", ["plain.db", "with blank.db", "Ünïcode-日本.db", "100%.db", "a#b.db", "it's.db", "a+b.db"]
)
def test_names_of_files(tmp_path: Path, name: str) -> None:
    quoted = name.replace("%", "%25").replace(" ", "%20")
    for spelling in {name.replace("%", "%25"), quoted}:
        assert on_url(f"sqlite://{tmp_path}/{spelling}", f"DROP TABLE IF EXISTS t; {MAKE}", READ) == [{"a": 7}]
    assert on_url(f"sqlite://{tmp_path}/{quoted}?mode=ro", "", READ) == [{"a": 7}]
    assert [path.name for path in tmp_path.glob("*.db")] == [name]


def test_relative_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    for path in ("here.db", "below/there.db", "./dot.db"):
        assert on_url(f"sqlite://{path}", MAKE, READ) == [{"a": 7}]
        assert (tmp_path / path).exists()


def test_credentials(tmp_path: Path) -> None:
    credentials = {"file_path": str(tmp_path / "c.db"), "journal_mode": "DELETE", "foreign_keys": False}
    settings = {"engine": "tortoise.backends.sqlite", "credentials": credentials}
    assert on_url(settings, "", "PRAGMA journal_mode") == [{"journal_mode": "delete"}]
    assert on_url(settings, "", "PRAGMA foreign_keys") == [{"foreign_keys": 0}]


@pytest.mark.parametrize(
    ("url", "private", "read_only", "database"),
    [
        (":memory:", True, False, ":memory:"),
        ("file::memory:", True, False, "file::memory:"),
        ("file:x?mode=memory&cache=shared", True, False, "file:x?mode=memory&cache=shared"),
        ("a b.db", False, False, "a b.db"),
    ],
)
def test_what_is_opened(url: str, private: bool, read_only: bool, database: str) -> None:
    target = Target("sqlite", url)
    opening = opening_of(target)
    assert (is_private(target), opening.read_only, opening.database) == (private, read_only, database)


def test_parameters_of_uris_serve_plain_paths() -> None:
    opening = opening_of(Target("sqlite", "/a b/c?.db", options={"mode": "ro", "cache_size": -10}))
    assert (opening.database, opening.uri, opening.read_only) == ("file:/a%20b/c%3F.db?mode=ro", True, True)
    shared = Target("sqlite", "name", options={"mode": "memory", "cache": "shared"})
    assert is_private(shared)
    assert opening_of(shared).database == "file:name?mode=memory&cache=shared"


def test_shared_memory_is_one_database_for_several_connections() -> None:
    async def main() -> Any:
        url = "sqlite://file:w7shared?mode=memory&cache=shared"
        async with TortoiseContext() as context:
            await context.init(config={"connections": {"one": url, "two": url}, "apps": {}})
            await connections.get("one").execute_script(MAKE)
            return await connections.get("two").execute_query_dict(READ)

    assert asyncio.run(main()) == [{"a": 7}]


def test_memory_is_a_database_of_its_own() -> None:
    assert on_url("sqlite://:memory:", MAKE, READ) == [{"a": 7}]
    with pytest.raises(OperationalError, match="no such table"):
        on_url("sqlite://:memory:", "", READ)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("journal_size_limit", 16384),
        ("foreign_keys", 1),
        ("busy_timeout", 5000),
        ("synchronous", 2),
    ],
)
def test_defaults(tmp_path: Path, pragma: str, value: Any) -> None:
    (row,) = on_url(f"sqlite://{tmp_path}/d.db", "", f"PRAGMA {pragma}")
    assert list(row.values()) == [value]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("cash_size=1", ["cash_size", "cache_size"]),
        ("transaction=deferred", ["transaction", "transactions"]),
        ("transactions=defered", ["transactions", "DEFERRED"]),
        ("journal_mode=wall", ["journal_mode", '"wal"']),
        ("synchronous=maybe", ["synchronous", "normal"]),
        ("foreign_keys=perhaps", ["foreign_keys", "on"]),
        ("busy_timeout=soon", ["busy_timeout", "whole number"]),
        ("install_regexp_functions=perhaps", ["install_regexp_functions", "neither on nor off"]),
        ("attach=nothing", ["attach", "name:path"]),
        ("attach=main:x.db", ["attach", "name:path"]),
    ],
)
def test_options_that_mean_nothing(tmp_path: Path, option: str, words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        on_url(f"sqlite://{tmp_path}/d.db?{option}")
    assert [word for word in words if word not in str(caught.value)] == []


@pytest.mark.parametrize("value", ["true", "1", "on", "false", "False", "0"])
def test_options_of_the_reference_are_taken(tmp_path: Path, value: str) -> None:
    url = f"sqlite://{tmp_path}/d.db?journal_mode=DELETE&journal_size_limit=99&install_regexp_functions={value}"
    assert on_url(url, "", "PRAGMA journal_mode") == [{"journal_mode": "delete"}]
    assert on_url(url, "", "PRAGMA journal_size_limit") == [{"journal_size_limit": 99}]


@pytest.mark.parametrize("loop", ["", "&in_loop=on"])
def test_operators_for_regular_expressions(tmp_path: Path, loop: str) -> None:
    query = "SELECT 'Abc' REGEXP '^A.c$' AS a, 'Abc' REGEXP '^a' AS b, 'Abc' MATCH '^a' AS c, NULL REGEXP 'a' AS d"
    url = f"sqlite://{tmp_path}/d.db?install_regexp_functions=true{loop}"
    assert on_url(url, "", query) == [{"a": 1, "b": 0, "c": 1, "d": None}]
    with pytest.raises(OperationalError, match="REGEXP"):
        on_url(f"sqlite://{tmp_path}/d.db", "", query)
    with pytest.raises(OperationalError):
        on_url(url, "", "SELECT 'a' REGEXP '('")


def test_attached_databases(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/main.db?attach=log:{tmp_path}/log.db,old:{tmp_path}/old.db"
    on_url(url, "CREATE TABLE log.t (a); INSERT INTO log.t VALUES (1); CREATE TABLE old.u (a)")
    assert on_url(url, "INSERT INTO old.u SELECT a + 1 FROM log.t", "SELECT a FROM old.u") == [{"a": 2}]
    assert on_url(f"sqlite://{tmp_path}/log.db", "", READ.replace("t", "t")) == [{"a": 1}]
    assert on_url(url, "", "PRAGMA log.journal_mode") == [{"journal_mode": "wal"}]


def test_statements_that_no_transaction_takes(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/d.db"
    assert on_url(url, f"{MAKE}; VACUUM; PRAGMA user_version = 5; ANALYZE", "PRAGMA user_version") == [
        {"user_version": 5}
    ]


@pytest.mark.parametrize(("kind", "waits"), [("immediate", True), ("exclusive", True), ("deferred", False)])
def test_how_transactions_begin(tmp_path: Path, kind: str, waits: bool) -> None:
    path = tmp_path / "d.db"

    async def main() -> None:
        async with TortoiseContext() as context:
            url = f"sqlite://{path}?transactions={kind}&busy_timeout=1"
            await context.init(config={"connections": {"default": url}, "apps": {}})
            async with in_transaction():
                await connections.get("default").execute_query("SELECT 1")

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        if waits:
            with pytest.raises(OperationalError) as caught:
                asyncio.run(main())
            assert caught.value.kind is ErrorKind.LOCK_TIMEOUT and caught.value.retryable
        else:
            asyncio.run(main())


# -- what cannot be opened


def test_a_directory_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DBConnectionError, match="no directory") as caught:
        on_url(f"sqlite://{tmp_path}/no/such/x.db")
    assert str(tmp_path / "no" / "such") in str(caught.value)
    assert caught.value.kind is ErrorKind.UNKNOWN_DATABASE


def test_a_directory_in_the_place_of_a_file(tmp_path: Path) -> None:
    for url in (f"sqlite://{tmp_path}", f"sqlite://file:{tmp_path}", f"sqlite://{tmp_path}?mode=rw"):
        with pytest.raises(DBConnectionError, match="is a directory"):
            on_url(url)


def test_a_file_that_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DBConnectionError, match="unable to open"):
        on_url(f"sqlite://{tmp_path}/none.db?mode=rw")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(content)
    with pytest.raises(BaseORMException) as caught:
        on_url(f"sqlite://{path}")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == content


def test_writing_to_what_may_only_be_read(tmp_path: Path) -> None:
    on_url(f"sqlite://{tmp_path}/r.db", MAKE)
    for option in ("mode=ro", "query_only=on"):
        with pytest.raises(OperationalError) as caught:
            on_url(f"sqlite://{tmp_path}/r.db?{option}", "INSERT INTO t VALUES (8)")
        assert caught.value.kind is ErrorKind.READ_ONLY
        assert on_url(f"sqlite://{tmp_path}/r.db?{option}", "", READ) == [{"a": 7}]


def test_a_full_disk(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/full.db?max_page_count=3"
    with pytest.raises(OperationalError, match="full"):
        on_url(url, f"{MAKE}; INSERT INTO t VALUES (zeroblob(100000))")
    assert on_url(url, "", READ) == [{"a": 7}]
