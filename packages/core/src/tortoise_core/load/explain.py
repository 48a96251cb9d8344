"""How a server runs a query, and the text of a query for people to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Callable, Optional

from tortoise_core.ast.expressions import Node
from tortoise_core.ast.select import Explain
from tortoise_core.base.errors import UnSupportedError
from tortoise_core.dialect.inlining import write_inline
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.inline import writing_out
from tortoise_core.query.rewriters import compile_statement, rewritten
from tortoise_core.session.executor import Executor

#: makes the tree of a query on a backend, and its values
MakeTree = Callable[[Backend], tuple[Node, Sequence[Any]]]


async def explain(
    executor: Executor, make_tree: MakeTree, output: Optional[str], options: dict[str, Any]
) -> list[dict[str, Any]]:
    """The rows of EXPLAIN, as dicts. The values of the query are bound, never written into the text."""
    backend = executor.backend or await executor.ready()
    node, values = make_tree(backend)
    statement = backend.compile(Explain(rewritten(backend, node), output, tuple(options.items())))
    columns, rows, _ = await executor.raw(statement.sql, statement.bind(values))
    return [dict(zip(columns, row)) for row in rows]


def written_out(backend: Backend, make_tree: MakeTree) -> str:
    """The statement with its values as literals; where a value has none, with all of them in a comment behind it."""
    writer = writing_out(backend)
    node, values = make_tree(writer)
    try:
        return write_inline(writer, rewritten(writer, node), values)
    except UnSupportedError:
        statement = compile_statement(backend, make_tree(backend)[0])
        return _commented(statement.sql, statement.bind(values))


def _commented(sql: str, params: Sequence[Any]) -> str:
    listing = [f"{at}={_shown(value)}" for at, value in enumerate(params, 1)]
    return f"{sql} /* {', '.join(listing)} */" if listing else sql


def _shown(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False).replace("*/", "* /")
