"""A SELECT as a table that another one joins: every output under a name, and one more that says a row is there."""

from __future__ import annotations

from collections.abc import Sequence

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import select as se
from tortoise_core.ast import types
from tortoise_core.query.layout import JoinedRow
from tortoise_core.query.scope import Term

_FOUND = "row found"
_INTEGER = types.Integer(64)


def as_table(select: se.Select, name: str, keys: Sequence[str]) -> se.Select:
    """`select` with names for its outputs, which are those at `keys`, and the output that says a row is there."""
    outputs: list[se.Output] = []
    taken: set[str] = set()
    for key, output in zip(keys, select.outputs):
        # GROUP BY and ORDER BY inside may know an output by the alias that it has; to others one is given that no
        # column of the tables has, for which they, or DISTINCT ON, would take it
        alias = output.alias if output.alias is not None and output.alias not in taken else f"{key} of {name}"
        taken.add(alias)
        outputs.append(se.Output(output.expression, alias))
    return se.with_outputs(select, (*outputs, se.Output(ex.Number(1, _INTEGER), _FOUND)))


def joined_row(name: str, alias: str, table: se.Select, columns: Sequence[tuple[str, Term]]) -> JoinedRow:
    """The row of `table`, joined as `alias`. `columns`: the key of each output and what it is inside."""
    found = {
        key: Term(ex.Column(alias, str(output.alias), term.expression.type), term.field)
        for (key, term), output in zip(columns, table.outputs)
    }
    return JoinedRow(name, found, Term(ex.Column(alias, _FOUND, _INTEGER)))
