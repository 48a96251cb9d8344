"""How a server runs a query."""

from __future__ import annotations

from typing import Any, Optional

from tortoise_core.ast.select import Explain
from tortoise_core.load.prepared import Kind, Steps, tree_of
from tortoise_core.query.rewriters import rewritten
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor


async def explain(
    executor: Executor, record: type[Record], kind: Kind, steps: Steps, output: Optional[str], options: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows of EXPLAIN, as dicts. The values of the query are bound, never written into the text."""
    backend = executor.backend or await executor.ready()
    node, values = tree_of(backend, record, kind, steps)
    asked = Explain(rewritten(backend, node), output, tuple(options.items()))
    statement = backend.compile(asked)
    columns, rows, _ = await executor.raw(statement.sql, statement.bind(values))
    return [dict(zip(columns, row)) for row in rows]
