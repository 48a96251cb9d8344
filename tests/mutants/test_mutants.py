"""The tests find every mistake of `tortoise_testkit.mutants`: each is made in a pytest run of its own.

TORTOISE_TEST_DIALECT says on which dialect (default sqlite). Two runs go on at a time.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Optional

import pytest

from tortoise_testkit.mutants import MUTANTS, concerning

ROOT = Path(__file__).resolve().parent.parent.parent
DIALECT = os.environ.get("TORTOISE_TEST_DIALECT", "sqlite")
MODULE = f"tests/dialects/{DIALECT}/test_random_queries.py"
NAMES = concerning(DIALECT)
#: fewer queries, told as they were drawn; no other plugins, which take time to load
SETTINGS = {"TORTOISE_TEST_SHRINK": "0", "TORTOISE_TEST_EXAMPLES": "0.15", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
#: exit codes of pytest
PASSED, FAILED = 0, 1
Outcome = tuple[int, str]


def run(tests: list[str], *options: str) -> Outcome:
    """(exit code, output) of a pytest run of some tests of the random queries, up to the first failure."""
    words = [f"{MODULE}::{test}" for test in tests]
    plugin = ["-p", "tortoise_testkit.pytest_plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=line", *plugin, *options, *words]
    environment = {**os.environ, **SETTINGS}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def run_mutant(name: Optional[str]) -> Outcome:
    """With one mistake the test that should find it; with none all these tests."""
    if name is None:
        return run(sorted({mutant.killed_by for mutant in MUTANTS.values()}))
    return run([MUTANTS[name].killed_by], "--tortoise-mutant", name)


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[Optional[str], Future[Outcome]]]:
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(run_mutant, name) for name in [None, *NAMES]}


@pytest.fixture
def without_mistake(outcomes: dict[Optional[str], Future[Outcome]]) -> str:
    code, output = outcomes[None].result()
    assert code == PASSED, output
    if "passed" not in output:
        pytest.skip(f"{DIALECT}: {output.strip().splitlines()[-1]}")
    return output


def test_tests_pass_without_mistake(without_mistake: str) -> None:
    assert "failed" not in without_mistake


def test_there_are_enough() -> None:
    assert len(NAMES) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_mutant_dies(name: str, without_mistake: str, outcomes: dict[Optional[str], Future[Outcome]]) -> None:
    code, output = outcomes[name].result()
    told = re.search(r"^\d+ (failed|error)", output, re.MULTILINE)  # a run that broke off would have said nothing
    assert code == FAILED and told, f"{MUTANTS[name].what}: pytest ended with {code}, not {FAILED}\n{output}"
