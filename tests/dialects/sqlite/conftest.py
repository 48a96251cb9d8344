"""Sessions on real SQLite databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import pytest

from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.clients.aiosqlite import connect

RunSessions = Callable[..., Any]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The path of a file that is not there yet."""
    return str(tmp_path / "test.db")


@pytest.fixture
def opener() -> Callable[..., Any]:
    """What opens sessions."""
    return connect


@pytest.fixture
def on_session(database: str, opener: Callable[..., Any]) -> RunSessions:
    """`on_session(body, option=...)` runs `await body(session, ...)` with as many sessions of one file as it takes."""

    def run(body: Callable[..., Awaitable[Any]], sessions: int = 1, **options: Any) -> Any:
        async def main() -> Any:
            opened = [await opener(Target("sqlite", database, options=options)) for _ in range(sessions)]
            try:
                return await body(*opened)
            finally:
                for session in opened:
                    if not session.closed:
                        await session.close()

        return asyncio.run(main())

    return run
