"""The tests find every mistake of `tortoise_testkit.mutants`, and every one in the source that the tables here list.

Each is made in a pytest run of its own, of nothing but the tests that are named to find it. TORTOISE_TEST_DIALECT says
on which dialect (default sqlite). Two runs go on at a time.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple, Optional

import pytest
from core_mutants import CORE_MUTANTS
from mutant_server import Server
from postgres_contrib_mutants import CONTRIB_MUTANTS
from postgres_mutants import POSTGRES_MUTANTS
from source_mutant import SourceMutant
from sqlite_mutants import SQLITE_MUTANTS

from tortoise_testkit.mutants import MUTANTS, concerning

ROOT = Path(__file__).resolve().parent.parent.parent
DIALECT = os.environ.get("TORTOISE_TEST_DIALECT", "sqlite")
SOURCE_MUTANTS = {"sqlite": {**CORE_MUTANTS, **SQLITE_MUTANTS}, "postgres": {**POSTGRES_MUTANTS, **CONTRIB_MUTANTS}}[
    DIALECT
]
#: fewer queries, told as they were drawn; no other plugins, which take time to load
SETTINGS = {"TORTOISE_TEST_SHRINK": "0", "TORTOISE_TEST_EXAMPLES": "0.15", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
#: exit codes of pytest
PASSED, FAILED = 0, 1
Outcome = tuple[int, str]


class Job(NamedTuple):
    """A pytest run: the mistake, where one is made in the source, and the words of the command."""

    mutant: Optional[SourceMutant]
    words: tuple[str, ...]


def path_of(test: str) -> str:
    """A test as pytest is told it; one that names no file is a case of the compliance suite or a random query."""
    if ".py::" in test:
        return f"tests/{test}"
    return f"tests/dialects/{DIALECT}/test_{'compliance' if test.startswith('Test') else 'random_queries'}.py::{test}"


def killers(*tests: str) -> tuple[str, ...]:
    return tuple(sorted(set(map(path_of, tests))))


#: the tests without any mistake, in two parts that are run side by side
WITHOUT = {
    "random queries": Job(None, killers(*[MUTANTS[name].killed_by for name in concerning(DIALECT)])),
    "others": Job(None, killers(*[test for mutant in SOURCE_MUTANTS.values() for test in mutant.killed_by])),
}
WITH = {
    **{name: Job(None, ("-x", "--tortoise-mutant", name, *killers(MUTANTS[name].killed_by)))
       for name in concerning(DIALECT)},
    **{name: Job(mutant, ("-x", *killers(*mutant.killed_by))) for name, mutant in SOURCE_MUTANTS.items()},
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, Future[Outcome]]]:
    """What came of each job, or will."""
    servers = [Server({**os.environ, **SETTINGS}, str(ROOT)) for _ in range(2)]
    idle: SimpleQueue[Server] = SimpleQueue()
    for server in servers:
        idle.put(server)

    def run(job: Job) -> Outcome:
        server = idle.get()
        try:
            return server.run(*job)
        finally:
            idle.put(server)

    pool = ThreadPoolExecutor(len(servers))
    try:
        yield {name: pool.submit(run, job) for name, job in {**WITHOUT, **WITH}.items()}
    finally:
        # after a failure without any mistake nobody asks for the rest
        pool.shutdown(cancel_futures=True)
        for server in servers:
            server.close()


@pytest.fixture
def without_mistake(outcomes: dict[str, Future[Outcome]]) -> str:
    output = ""
    for name in WITHOUT:
        code, told = outcomes[name].result()
        assert code == PASSED, told
        output += told
    if "passed" not in output:
        pytest.skip(f"{DIALECT}: {output.strip().splitlines()[-1]}")
    return output


def test_tests_pass_without_mistake(without_mistake: str) -> None:
    assert not re.search(r"\d+ (failed|skipped|xfailed|deselected)", without_mistake), without_mistake


def test_there_are_enough() -> None:
    modules = Counter(mutant.module for mutant in SOURCE_MUTANTS.values())
    for module, count in sorted(modules.items()):
        print(f"{count:3} {module}")
    assert len(concerning(DIALECT)) >= 30
    assert len(SOURCE_MUTANTS) >= 40
    assert {name for name in SOURCE_MUTANTS if name in MUTANTS} == set()


@pytest.mark.parametrize("name", SOURCE_MUTANTS)
def test_source_has_the_place(name: str) -> None:
    mutant = SOURCE_MUTANTS[name]
    compile(mutant.changed(mutant.source()), mutant.module, "exec")


@pytest.mark.parametrize("name", WITH)
def test_mutant_dies(name: str, without_mistake: str, outcomes: dict[str, Future[Outcome]]) -> None:
    code, output = outcomes[name].result()
    told = re.search(r"^\d+ (failed|error)", output, re.MULTILINE)  # a run that broke off would have said nothing
    assert code == FAILED and told, f"{name}: pytest ended with {code}, not {FAILED}\n{output}"
