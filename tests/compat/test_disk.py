"""A database of tortoise-orm 1.1.9 is read equal here, and what we write is read by it; and the other way round."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from databases import new_database
from differences import TABLE_DIFFERENCES

SCRIPT = Path(__file__).parent / "on_disk.py"


def _do(python: str, url: str, *steps: str) -> list[Any]:
    done = subprocess.run([python, str(SCRIPT), url, *steps], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture()
def url(dialect: str) -> Iterator[str]:
    with new_database(dialect, in_file=True) as found:
        yield found


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_both_read_and_find_what_either_wrote(first: str, url: str, reference: str) -> None:
    maker, other = (reference, sys.executable) if first == "theirs" else (sys.executable, reference)
    made, found = _do(maker, url, "create", "read", "find")
    assert all(rows for name, rows in made.items() if name != "Clock"), "something was not written at all"
    assert _do(other, url, "read", "find") == [made, found]
    added, *rest = _do(other, url, "add", "read", "find", "refused")
    assert len(added["Kinds"]) == 2 * len(made["Kinds"])
    assert set(rest[-1].values()) == {"IntegrityError"}
    assert _do(maker, url, "read", "find", "refused") == [added, *rest]


def test_tables_are_the_same(dialect: str, reference: str) -> None:
    """Names of tables, columns, indexes and constraints, types, defaults and foreign keys, but what is explained."""
    tables = []
    for python in (reference, sys.executable):
        with new_database(dialect, in_file=True) as url:
            tables += _do(python, url, "create", "tables")
    theirs, ours = tables
    assert theirs.keys() == ours.keys()
    assert list(_differences(theirs, ours)) == []


def _differences(theirs: Any, ours: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in {**theirs, **ours}:
            yield from _differences(theirs.get(key), ours.get(key), f"{path}/{key}")
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for at, pair in enumerate(zip(theirs, ours)):
            yield from _differences(*pair, f"{path}[{at}]")
    elif theirs != ours and theirs not in TABLE_DIFFERENCES:
        yield path, theirs, ours
