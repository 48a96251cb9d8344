"""A prepared query whose rows are fetched and loaded in parts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from tortoise_core.base.errors import ParamsError
from tortoise_core.load.prepared import Kind, Steps, explained, prepare
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.session.streaming import stream_rows

#: rows that are fetched and loaded at a time: a thousandth of a second for the loop, and few round trips
PART = 200


async def stream(
    executor: Executor, record: type[Record], kind: Kind, steps: Steps, size: int = PART
) -> AsyncGenerator[list[Any], None]:
    """Run a query and load its rows, at most `size` at a time."""
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    assert prepared.load is not None
    parts = stream_rows(executor, prepared.statement.sql, prepared.statement.bind(values), size)
    try:
        async for rows in parts:
            try:
                found = prepared.load(rows, executor.loaded_origin)
            except Exception as error:
                raise explained(error, record, kind, rows, backend)  # noqa: B904  # which has its cause
            yield found
    finally:
        await parts.aclose()


def check_size(size: Any) -> int:
    """`size` if it is a number of rows to fetch at a time. Raises ParamsError."""
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise ParamsError(f"chunk_size is a whole number above zero, not {size!r}")
    return int(size)
