"""The same programs on tortoise-orm 1.1.9 and here: equal results, or a reason why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from databases import new_database
from differences import DIFFERENCES, SPECIFIC
from run_programs import all_programs

HERE = Path(__file__).parent
#: what this run is about, and all there are
NAMES = [name for name, _ in all_programs(os.environ.get("TORTOISE_TEST_DIALECT", "sqlite"))]
ALL_NAMES = [name for name, _ in all_programs()]
Outcomes = dict[str, dict[str, Any]]


@contextmanager
def _running(python: str, url: str) -> Iterator[subprocess.Popen[str]]:
    command = [python, str(HERE / "run_programs.py"), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process


def _read(process: subprocess.Popen[str]) -> Outcomes:
    out, problems = process.communicate(timeout=300)
    assert process.returncode == 0, problems
    return dict(json.loads(line) for line in out.splitlines())


@pytest.fixture(scope="session")
def outcomes(reference: str, dialect: str) -> tuple[Outcomes, Outcomes]:
    """(what 1.1.9 gives, what we give), by program; both run at once, each on a database of its own."""
    with ExitStack() as stack:
        theirs, ours = [stack.enter_context(new_database(dialect)) for _ in range(2)]
        there = stack.enter_context(_running(reference, theirs))
        here = stack.enter_context(_running(sys.executable, ours))
        return _read(there), _read(here)


def _agree(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """Equal values, or an error of ours that whoever catches theirs catches too; the words are our own."""
    if "value" in theirs or "value" in ours:
        return theirs == ours
    return theirs["error"] in ours["bases"]


@pytest.mark.parametrize("name", NAMES)
def test_program_gives_the_same(name: str, outcomes: tuple[Outcomes, Outcomes], dialect: str) -> None:
    theirs, ours = outcomes[0][name], outcomes[1][name]
    reason = DIFFERENCES.get(name) or SPECIFIC.get(dialect, {}).get(name)
    if reason is None:
        assert _agree(theirs, ours), (theirs, ours)
    else:
        assert not _agree(theirs, ours), f"no difference any more, though one is explained: {reason}"
        # a difference is never that something of ours fails by accident
        assert "value" in ours or "BaseORMException" in ours["bases"], ours


def test_there_are_enough_programs() -> None:
    assert len(NAMES) >= 200
    known = {*DIFFERENCES, *(name for specific in SPECIFIC.values() for name in specific)}
    assert known <= set(ALL_NAMES), "explained differences of programs that are not there"
