"""Updates and deletes of all rows that a query finds."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from tortoise_core.load.prepared import DELETE, UPDATE, Kind, execute
from tortoise_core.queryset.unawaited import WriteQuery
from tortoise_core.schema.record import R


class UpdateQuery(WriteQuery[R]):
    """New values for the rows of the query; gives the number of rows changed."""

    __slots__ = ()
    call = "update()"

    @property
    def _kind(self) -> Kind:
        return UPDATE

    def __await__(self) -> Generator[Any, Any, int]:
        self._made_at = None
        return execute(self._executor(), self.model, UPDATE, self._steps).__await__()


class DeleteQuery(WriteQuery[R]):
    """The rows of the query, deleted; gives their number, without rows that went by cascade."""

    __slots__ = ()
    call = "delete()"

    @property
    def _kind(self) -> Kind:
        return DELETE

    def __await__(self) -> Generator[Any, Any, int]:
        self._made_at = None
        return execute(self._executor(), self.model, DELETE, self._steps).__await__()
