"""The pytest plugin of the compliance suite.

It runs coroutine cases, hands them a database, applies the gaps, holds the minimum of cases per area, and prints the
compliance table. It acts only on test modules that hold the suite, which are those with a ``TARGET``.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tortoise_testkit.report import Report
from tortoise_testkit.target import Target

pytest.register_assert_rewrite("tortoise_testkit.cases", "tortoise_testkit.checks")

_REPORT = pytest.StashKey[Report]()
_PLUGIN = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tortoise", "compliance suite of Tortoise ORM")
    group.addoption("--tortoise-dialect-as", metavar="NAME", help="run the suite with the dialect registered as NAME")
    group.addoption("--tortoise-driver", metavar="NAME", help="run the suite through this driver of the dialect")
    group.addoption("--tortoise-options", metavar="QUERY", help="run the suite with these options in every URL as well")
    group.addoption("--tortoise-rewriter", action="store_true", help="run the suite through a rewriter without effect")
    group.addoption("--tortoise-mutant", metavar="NAME", help="run with a mistake, one of `tortoise_testkit.mutants`")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_REPORT] = Report()
    mutant = config.getoption("--tortoise-mutant")
    if mutant:
        from tortoise_testkit.mutants import activate

        activate(mutant)
    if config.getoption("--tortoise-rewriter"):
        from tortoise_core.plugins.manager import plugins
        from tortoise_testkit.modes import CopyingPlugin

        config.stash[_PLUGIN] = CopyingPlugin()
        plugins.register(config.stash[_PLUGIN], "tortoise_testkit rewriter")


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.stash.get(_PLUGIN, None)
    if plugin is not None:
        from tortoise_core.plugins.manager import plugins

        plugins.unregister(plugin)


# -- which items are cases


def area_of(item: pytest.Item) -> str | None:
    """The area a case belongs to; None for tests that are none of the suite's."""
    return getattr(getattr(item, "cls", None), "tortoise_area", None)


def target_of(node: pytest.Item) -> Target:
    """The target of the module that holds a case, by the driver that the run is about. Raises UsageError."""
    module = getattr(node, "module", None)
    target = getattr(module, "TARGET", None)
    if not isinstance(target, Target):
        raise pytest.UsageError(f"{getattr(module, '__file__', node.nodeid)} has no TARGET = Target(...)")
    driver: str | None = node.config.getoption("--tortoise-driver")
    return target.with_driver(driver) if driver else target


def case_id(item: pytest.Item) -> str:
    """What a gap calls a case: class and function, without the module."""
    return item.nodeid.split("::", 1)[1]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    modules: dict[Any, list[pytest.Item]] = {}
    for item in items:
        if area_of(item) is not None:
            modules.setdefault(item.getparent(pytest.Module), []).append(item)
    whole = not any("::" in str(argument) for argument in config.args)
    for cases in modules.values():
        target = target_of(cases[0])
        reason = _why_not(target)
        if reason is None:
            _prepare(target, cases, whole)
        else:
            _leave_out(config, items, cases, reason)


def _why_not(target: Target) -> str | None:
    """Why the suite cannot run on a target, or None."""
    from tortoise_testkit.harness import Harness, NoServer

    if not target.is_wanted():
        return f"{target.dialect}: this run is about another dialect"
    try:
        Harness(target).check()
    except NoServer as missing:
        return f"{target.dialect}: {missing}"
    return None


def _leave_out(config: pytest.Config, items: list[pytest.Item], cases: list[pytest.Item], reason: str) -> None:
    left_out = set(cases)
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=cases)
    config.stash[_REPORT].notes.append(f"not run: {len(cases)} cases for {reason}")


def _prepare(target: Target, cases: list[pytest.Item], whole: bool) -> None:
    if whole:
        _hold_minimum(cases)
    known = {case_id(case): case for case in cases}
    for name, reason in target.gaps.items():
        if name in known:
            known[name].add_marker(pytest.mark.xfail(reason=reason, strict=True))
        elif whole:
            raise pytest.UsageError(f"the gaps of {target.dialect} name a case that is not there: {name}")


def _hold_minimum(cases: list[pytest.Item]) -> None:
    from tortoise_testkit.suite import MINIMUM

    counts = Counter(area_of(case) for case in cases)
    short = [f"{area}: {counts[area]} of {least}" for area, least in MINIMUM.items() if counts[area] < least]
    if short:
        raise pytest.UsageError(f"the compliance suite has shrunk: {'; '.join(short)}")


# -- running them


@pytest.fixture(scope="module")
def tortoise_harness(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The harness of the module's target."""
    from tortoise_testkit.harness import Harness
    from tortoise_testkit.modes import register_as

    rename, more = (request.config.getoption(f"--tortoise-{name}") for name in ("dialect-as", "options"))
    target = target_of(request.node).with_options(more)
    if rename:
        register_as(target.scheme or target.dialect, rename)
    harness = Harness(target, rename)
    yield harness
    harness.close()


@pytest.fixture
def db(tortoise_harness: Any) -> Any:
    """The database of the run, with empty tables for all models of the suite."""
    return tortoise_harness.database()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if area_of(pyfuncitem) is None or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    from tortoise_testkit.harness import run_case

    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    run_case(pyfuncitem.obj, arguments)
    return True


# -- telling what came of them


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report, area = outcome.get_result(), area_of(item)
    if area is None or not (report.when == "call" or (report.when == "setup" and not report.passed)):
        return
    word = "gaps" if hasattr(report, "wasxfail") and report.skipped else report.outcome
    item.config.stash[_REPORT].add(area, word)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run through the rewriter that the rewriter saw nothing of is no such run."""
    plugin = session.config.stash.get(_PLUGIN, None)
    if plugin is not None and exitstatus == pytest.ExitCode.OK and plugin.rewriter.missing():
        missing = ", ".join(plugin.rewriter.missing())
        session.config.stash[_REPORT].notes.append(f"FAILED: the rewriter never saw a statement of kind {missing}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    report = config.stash[_REPORT]
    if not report.areas and not report.notes:
        return
    terminalreporter.section("compliance")
    for line in report.lines():
        terminalreporter.write_line(line)
    plugin = config.stash.get(_PLUGIN, None)
    if plugin is not None:
        seen = ", ".join([f"{number} {kind}" for kind, number in sorted(plugin.rewriter.seen.items())])
        terminalreporter.write_line(f"statements that went through the rewriter: {seen or 'none'}")
