"""The plugin of the compliance suite: gaps, minimum, what is not run, the table."""

from __future__ import annotations

import os

import pytest

from tortoise_core.plugins.manager import plugins
from tortoise_testkit import suite
from tortoise_testkit.target import DIALECT_VARIABLE

DIALECT = os.environ.get(DIALECT_VARIABLE) or plugins.installed_dialects()[0]
MODULE = f"""
from tortoise_testkit.suite import area
from tortoise_testkit.target import Target

class Cases:
    def test_good(self): pass
    def test_bad(self): assert 1 == 2
    async def test_late(self): assert 1 == 1

TestSome = type("TestSome", (Cases,), {{"tortoise_area": "some"}})
TARGET = Target({DIALECT!r}, url="{DIALECT}://127.0.0.1/x", gaps={{gaps}})
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Runs a small suite with the given gaps and minimum."""

    def run(gaps: dict[str, str], least: int = 3, module: str = MODULE, dialect: str = DIALECT) -> pytest.RunResult:
        monkeypatch.setattr(suite, "MINIMUM", {"some": least})
        monkeypatch.setenv(DIALECT_VARIABLE, dialect)
        pytester.makepyfile(test_some=module.replace("{gaps}", repr(gaps)))
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:hypothesispytest")

    return run


def test_a_gap_that_fails_is_counted_as_a_gap(run):
    result = run({"TestSome::test_bad": "two is not one"})
    assert result.ret == 0
    result.stdout.fnmatch_lines(["area*cases*passed*gaps*failed*", "some*3*2*1*0*", "all*3*2*1*0*"])


def test_a_failure_that_is_no_gap_fails_the_run(run):
    result = run({})
    assert result.ret == 1
    result.stdout.fnmatch_lines(["some*3*2*0*1*"])


def test_a_gap_that_passes_fails_the_run(run):
    result = run({"TestSome::test_bad": "so it is", "TestSome::test_good": "healed"})
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*XPASS(strict)*healed*", "some*3*1*1*1*"])


def test_a_gap_of_no_case_is_refused(run):
    result = run({"TestSome::test_nothing": "gone"})
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*name a case that is not there: TestSome::test_nothing*"])


def test_a_suite_that_shrank_is_refused(run):
    result = run({"TestSome::test_bad": "so it is"}, least=4)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*the compliance suite has shrunk: some: 3 of 4*"])


def test_a_module_without_target_is_refused(run):
    result = run({}, module=MODULE.replace("TARGET =", "OTHER ="))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*has no TARGET*"])


def test_another_dialect_is_not_run_and_that_is_said(run):
    result = run({}, dialect="another")
    result.stdout.fnmatch_lines([f"not run: 3 cases for {DIALECT}*"])


def test_every_area_has_a_minimum_that_its_cases_reach():
    classes = {getattr(suite, name) for name in suite.__all__}
    assert {cls.tortoise_area for cls in classes} == set(suite.MINIMUM)
    assert sum(suite.MINIMUM.values()) > 700
