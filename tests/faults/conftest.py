"""Faults, done on purpose to one dialect's real databases per run."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable
from typing import Any, Callable

import pytest
from places import DIALECT, KINDS, PostgresDatabase

#: what only one dialect has is tested where that is under test
collect_ignore_glob = [f"test_{other}_*.py" for other in ("postgres", "sqlite") if other != DIALECT]

#: asyncpg forgets a future of its own when it is cancelled between the socket and the start of TLS
FORGIVEN = "unexpected connection_lost() call"

#: seconds after which a test hangs
LIMIT = 30.0


def pytest_configure(config: pytest.Config) -> None:
    driver = config.getoption("--tortoise-driver")
    if driver:
        PostgresDatabase.scheme = f"postgres+{driver}"


def pytest_sessionfinish() -> None:
    asyncio.run(PostgresDatabase.forget())


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def run() -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """Run a test on a loop of its own; it fails if a task is left over or the loop had to complain of something."""

    def run_it(main: Callable[[], Awaitable[Any]]) -> Any:
        complaints: list[Any] = []

        async def watched() -> Any:
            asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
            result = await main()
            gc.collect()
            await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            assert [task for task in left if "wait_for" not in repr(task)] == []
            return result

        async def bounded() -> Any:
            task = asyncio.ensure_future(watched())
            done, _ = await asyncio.wait({task}, timeout=LIMIT)
            assert done, "it hangs"
            return task.result()

        result = asyncio.run(bounded())
        gc.collect()
        assert [context for context in complaints if FORGIVEN not in str(context.get("exception"))] == []
        return result

    return run_it
