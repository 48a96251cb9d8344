"""FOR UPDATE, and hints of indexes."""

from __future__ import annotations

from typing import Union

from tortoise_core.ast import select as se
from tortoise_core.ast.expressions import Node
from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import did_you_mean
from tortoise_core.query.resolving import QueryScope


def locked(scope: QueryScope, select: se.Select) -> Node:
    """`select` with the lock asked for; where a server locks whole files, as it is."""
    lock = scope.request.lock
    if lock is None or not scope.backend.capabilities.row_locks:
        return select
    aliases = tuple([_alias(scope, name) for name in lock.of])
    if not aliases and select.joins:
        # rows that an outer join may leave out cannot be locked, and those of the model are what is meant
        aliases = (scope.joins.root.alias,)
    return se.Locked(select, lock.nowait, lock.skip_locked, aliases, lock.no_key)


def _alias(scope: QueryScope, name: str) -> str:
    """The alias of a table of the query, named by itself or by the path of relations to it."""
    root = scope.joins.root
    if name in (root.alias, scope.meta.name, "self"):
        return root.alias
    known = {"__".join(path): source.alias for path, source in scope.joins.by_path.items() if path}
    known.update({source.meta.db_table: source.alias for path, source in scope.joins.by_path.items() if path})
    if name not in known:
        raise FieldError(f'select_for_update(of=...): "{name}" is not read here.{did_you_mean(name, known)}')
    return known[name]


def hinted(scope: QueryScope, table: se.Table) -> Union[se.Table, se.Hinted]:
    """`table` with the hints asked for; a server that takes none reads the same rows without them."""
    hints = scope.request.index_hints
    if not hints or not scope.backend.capabilities.index_hints:
        return table
    return se.Hinted(table, tuple([("FORCE" if hint.force else "USE", hint.names) for hint in hints]))
