"""FOR UPDATE and FOR SHARE, and hints of indexes."""

from __future__ import annotations

from typing import Union

from tortoise_core.ast import select as se
from tortoise_core.ast.expressions import Aggregate, Node
from tortoise_core.ast.visit import walk
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import did_you_mean
from tortoise_core.query.clauses.grouping import OPAQUE
from tortoise_core.query.resolving import QueryScope


def locks(scope: QueryScope) -> bool:
    """True if a lock is asked for that the server has; one that locks whole files reads the rows as they are."""
    return scope.request.lock is not None and scope.backend.capabilities.row_locks


def locked(scope: QueryScope, select: se.Select) -> Node:
    """`select` with the lock asked for; where a server locks whole files, as it is."""
    lock = scope.request.lock
    if not locks(scope):
        return select
    _check_rows(select)
    aliases = tuple([_alias(scope, name) for name in lock.of])
    if not aliases and select.joins:
        # rows that an outer join may leave out cannot be locked, and those of the model are what is meant
        aliases = (scope.joins.root.alias,)
    return se.Locked(select, lock.strength, lock.nowait, lock.skip_locked, aliases)


def _check_rows(select: se.Select) -> None:
    """Raise FieldError unless each row of the result is one row of a table, which is what can be locked."""
    summed = any(isinstance(n, Aggregate) for output in select.outputs for n in walk(output, stop=OPAQUE))
    if select.distinct or select.group_by or select.having is not None or summed:
        raise FieldError("a lock is on rows of tables: it goes neither with distinct and group_by nor with aggregates")


def _alias(scope: QueryScope, name: str) -> str:
    """The alias of a table of the query, named by itself or by the path of relations to it."""
    root = scope.joins.root
    if name in (root.alias, scope.meta.name, "self"):
        return root.alias
    known = {"__".join(path): source.alias for path, source in scope.joins.by_path.items() if path}
    known.update({source.meta.db_table: source.alias for path, source in scope.joins.by_path.items() if path})
    if name not in known:
        raise FieldError(f'a lock (of=...): "{name}" is not read here.{did_you_mean(name, known)}')
    return known[name]


def hinted(scope: QueryScope, table: se.Table) -> Union[se.Table, se.Hinted]:
    """`table` with the hints asked for; a server that takes none reads the same rows without them."""
    hints = scope.request.index_hints
    if not hints or not scope.backend.capabilities.index_hints:
        return table
    return se.Hinted(table, tuple([("FORCE" if hint.force else "USE", hint.names) for hint in hints]))
