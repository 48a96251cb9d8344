"""Fixtures of the tests without a database: a recorder, spoken to in standard SQL or in an installed dialect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import Any, Callable

import pytest
import unit_models

from tortoise_core.plugins.manager import plugins
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

Run = Callable[[Callable[[Any], Awaitable[Any]]], Any]


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def run(recorder: Recorder) -> Run:
    """Run ``async def test(context)`` over the models in standard SQL; keyword arguments are capabilities."""

    def run_it(test: Callable[[Any], Awaitable[Any]], **capabilities: Any) -> Any:
        async def main() -> Any:
            dialect = standard_dialect(ignore_conflicts=False, **capabilities)
            async with recording(recorder, dialect, {"units": [unit_models]}) as context:
                return await test(context)

        return asyncio.run(main())

    return run_it


@pytest.fixture
def plugin() -> Iterator[Callable[[Any], None]]:
    """Register a plugin for one test only."""
    registered = []

    def register(plugin: Any) -> None:
        plugins.register(plugin, f"test-{id(plugin)}")
        registered.append(plugin)

    yield register
    for plugin in registered:
        plugins.unregister(plugin)
