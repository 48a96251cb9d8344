"""Updates and deletes of all rows that a query finds."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Generic, TypeVar, overload

from tortoise_core.load.prepared import DELETE, UPDATE, Kind, Steps, execute, fetch, returning_kind
from tortoise_core.queryset.unawaited import WriteQuery
from tortoise_core.queryset.values import value_pairs
from tortoise_core.schema.record import R
from tortoise_core.session.context import Using

V = TypeVar("V")


class ReturningQuery(WriteQuery[R], Generic[R, V]):
    """An UPDATE or DELETE that gives the rows it was about, in no order."""

    __slots__ = ("_returned", "_write")

    def __init__(self, model: type[R], steps: Steps, using: Using, write: Kind, returned: Kind) -> None:
        super().__init__(model, steps, using)
        self._write, self._returned = write, returned

    @classmethod
    def of(cls, query: WriteQuery[R], args: tuple[str, ...], kwargs: dict[str, str]) -> ReturningQuery[R, Any]:
        """`query` with what its `returning` was asked for; forgotten, it is this one that warns."""
        kind = returning_kind(query._kind, value_pairs(args, kwargs))
        returning = cls(query.model, query._steps, query._using, query._kind, kind)
        returning._made_at, query._made_at = query._made_at, None
        return returning

    def _copy(self: Self) -> Self:
        query = super()._copy()
        query._write, query._returned = self._write, self._returned
        return query

    @property
    def call(self) -> str:  # type: ignore[override]  # of two methods
        return f"{self._write[0]}().returning()"

    @property
    def _kind(self) -> Kind:
        return self._returned

    def __await__(self) -> Generator[Any, Any, list[V]]:
        self._made_at = None
        return fetch(self._executor(), self.model, self._returned, self._steps, self._write != DELETE).__await__()


Self = TypeVar("Self", bound=ReturningQuery[Any, Any])


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

    @overload
    def returning(self) -> ReturningQuery[R, R]: ...  # pyright: ignore[reportOverlappingOverload]  # no names at all

    @overload
    def returning(self, *args: str, **kwargs: str) -> ReturningQuery[R, dict[str, Any]]: ...

    def returning(self, *args: str, **kwargs: str) -> ReturningQuery[R, Any]:
        """Give the rows changed in the place of their number, in the same statement.

        The whole rows as instances; or dicts of the fields, annotations and parts of values that are named
        (``key="path"`` renames), as they are after the update. Rows come in no order. Raises UnSupportedError where
        the server gives none (`capabilities.update_returning`), FieldError for values of related rows.
        """
        return ReturningQuery.of(self, args, kwargs)


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

    @overload
    def returning(self) -> ReturningQuery[R, R]: ...  # pyright: ignore[reportOverlappingOverload]  # no names at all

    @overload
    def returning(self, *args: str, **kwargs: str) -> ReturningQuery[R, dict[str, Any]]: ...

    def returning(self, *args: str, **kwargs: str) -> ReturningQuery[R, Any]:
        """Give the rows deleted in the place of their number, in the same statement.

        The whole rows as instances that are not stored any more; or dicts of the named values (``key="path"`` renames),
        as they were. Rows come in no order. Raises UnSupportedError where the server gives none
        (`capabilities.delete_returning`), FieldError for values of related rows.
        """
        return ReturningQuery.of(self, args, kwargs)
