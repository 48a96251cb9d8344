"""The tests. A test module of a dialect is this, and its `Target`::

    from tortoise_testkit.random_queries.suite import *
    from tortoise_testkit.target import Target

    TARGET = Target("mydialect", url="mydialect://root@127.0.0.1/")

TORTOISE_TEST_SEED chooses rows and queries, which are the same in every run unless it says otherwise;
TORTOISE_TEST_EXAMPLES is how many times as many queries are drawn as usual (default 1).
TORTOISE_TEST_SHRINK=0 tells a failing query as it was drawn, which is quicker.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tortoise_testkit.harness import Harness, NoServer
from tortoise_testkit.modes import register_as
from tortoise_testkit.pytest_plugin import target_of
from tortoise_testkit.random_queries import drawn_plans, keyed_plans, nested_plans
from tortoise_testkit.random_queries.draw import Chooser, Maker, Seeded
from tortoise_testkit.random_queries.hits import LEAST
from tortoise_testkit.random_queries.kinds import KINDS
from tortoise_testkit.random_queries.models import Thing
from tortoise_testkit.random_queries.plan import Path, Plan
from tortoise_testkit.random_queries.rows import stored
from tortoise_testkit.random_queries.run import Run, alike_tables

SEED = int(os.environ.get("TORTOISE_TEST_SEED", "20240229"))
TIMES = float(os.environ.get("TORTOISE_TEST_EXAMPLES", "1"))
#: with "0" a failing query is told as it was drawn, not made small first
SHRINK = os.environ.get("TORTOISE_TEST_SHRINK", "1") != "0"
PHASES = (Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,)

__all__ = [
    "random_run", "test_what_is_stored", "test_rows", "test_aggregates_per_row", "test_groups", "test_count_and_exists",
    "test_writes", "test_unions", "test_prefetches", "test_nested_queries", "test_keys_of_two_columns",
    "test_every_lookup_on_every_type",
]  # fmt: skip


class _Table:
    """Prints the hits at the end of the run."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        run = self.run
        terminalreporter.section(f"random queries on {run.harness.scheme}")
        terminalreporter.write_line(
            f"{run.hits.queries} queries agreed with plain Python; seed {run.seed} (TORTOISE_TEST_SEED)"
        )
        terminalreporter.write_line("queries that decided on values / on NULL, by lookup and type:")
        for line in run.hits.lines():
            terminalreporter.write_line(line)


@pytest.fixture(scope="module")
def random_run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The database of the module's target, filled."""
    target, rename = target_of(request.node), request.config.getoption("--tortoise-dialect-as")
    if not target.is_wanted():
        pytest.skip(f"{target.dialect}: this run is about another dialect")
    if rename:
        register_as(target.scheme or target.dialect, rename)
    harness = Harness(target, rename)
    try:
        harness.check()
    except NoServer as missing:
        pytest.skip(f"{target.dialect}: {missing}")
    try:
        run = Run(harness, SEED)
        request.config.pluginmanager.register(_Table(run))
        yield run
        run.close()
    finally:
        harness.close()


def _explore(run: Run, make: Callable[[Chooser], Plan], examples: int) -> None:
    """Compare so many plans that Hypothesis draws."""

    @seed(SEED)
    @settings(
        max_examples=max(1, int(examples * TIMES)),
        database=None,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn_plans.strategy(make))
    def check(plan: Plan) -> None:
        run.check(plan)

    check()


def test_what_is_stored(random_run: Run) -> None:
    for model, rows in random_run.world.tables.items():
        assert alike_tables(random_run.do(stored(model)), rows), model
    links = random_run.do(_links())
    assert len(links) == len(random_run.world.links)
    assert set(links) == random_run.world.links


async def _links() -> list[tuple[int, int]]:
    query = Thing.filter(labels__id__not_isnull=True)
    return list(await query.values_list("id", "labels__id"))


def test_rows(random_run: Run) -> None:
    _explore(random_run, drawn_plans.rows, 1600)


def test_aggregates_per_row(random_run: Run) -> None:
    _explore(random_run, drawn_plans.per_row, 600)


def test_groups(random_run: Run) -> None:
    _explore(random_run, drawn_plans.groups, 700)


def test_count_and_exists(random_run: Run) -> None:
    _explore(random_run, drawn_plans.numbers, 700)


def test_writes(random_run: Run) -> None:
    _explore(random_run, drawn_plans.writes, 400)


def test_unions(random_run: Run) -> None:
    _explore(random_run, nested_plans.united, 400)


def test_prefetches(random_run: Run) -> None:
    _explore(random_run, nested_plans.prefetched, 500)


def test_nested_queries(random_run: Run) -> None:
    _explore(random_run, nested_plans.nested, 300)


def test_keys_of_two_columns(random_run: Run) -> None:
    _explore(random_run, keyed_plans.keyed, 700)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_lookup_on_every_type(random_run: Run, kind: str) -> None:
    """What random choice left short of hits is made up for, and each cell is visited a few times in any case."""
    choose = Seeded(Random(SEED))
    for lookup in KINDS[kind].lookups:
        for at in range(max(4, random_run.hits.missing(lookup, kind))):
            random_run.check(_cell_plan(choose, lookup, kind, at % 2 == 1))
    short = [lookup for lookup in KINDS[kind].lookups if random_run.hits.missing(lookup, kind)]
    assert not short, f"fewer than {LEAST} hits of {', '.join(short)}"


def _cell_plan(choose: Chooser, lookup: str, kind: str, negated: bool) -> Plan:
    make = Maker(choose, "Thing")
    look = make.look(Path(KINDS[kind].column, kind), lookup)
    return Plan("Thing", "flat", [(negated, look)], names=("serial",), order=("id",))
