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

SCRIPT = Path(__file__).parent / "on_disk.py"


def _do(python: str, url: str, *steps: str) -> Any:
    done = subprocess.run([python, str(SCRIPT), url, *steps], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


@pytest.fixture()
def url(dialect: str) -> Iterator[str]:
    with new_database(dialect, in_file=True) as found:
        yield found


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_both_read_what_either_wrote(first: str, url: str, reference: str) -> None:
    maker, other = (reference, sys.executable) if first == "theirs" else (sys.executable, reference)
    made = _do(maker, url, "create", "read")
    assert made["Everything"] and made["links"]
    assert _do(other, url, "read") == made
    added = _do(other, url, "add", "read")
    assert len(added["Everything"]) == 2 * len(made["Everything"])
    assert _do(maker, url, "read") == added
