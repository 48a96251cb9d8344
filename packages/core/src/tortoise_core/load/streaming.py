"""A prepared query whose rows are loaded in parts, and fetched at once or in parts too."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, Optional

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import shown
from tortoise_core.load.prepared import Kind, Steps, explained, prepare
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.session.streaming import rows_in_parts, stream_rows

#: rows that are loaded, or fetched and loaded, at a time: a thousandth of a second for the loop, and few round trips
PART = 200


async def stream(
    executor: Executor, record: type[Record], kind: Kind, steps: Steps, size: Optional[int]
) -> AsyncGenerator[list[Any], None]:
    """Run a query and load its rows, at most `size` at a time, which holds a session of the pool until the end.

    `size` None fetches all rows at once, which holds none, and loads them in parts.
    """
    backend = executor.backend or await executor.ready()
    prepared, values = prepare(backend, record, kind, steps)
    assert prepared.load is not None
    fetch_parts = rows_in_parts if size is None else stream_rows
    parts = fetch_parts(executor, prepared.statement.sql, prepared.statement.bind(values), size or PART)
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
        raise ParamsError(f"chunk_size is a whole number above zero, not {shown(size)}")
    return int(size)
