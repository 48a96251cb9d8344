"""Queries that give dicts, tuples or single values in the place of instances."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from types import MemberDescriptorType
from typing import Any, Generic, Optional, TypeVar, Union

from tortoise_core.base.errors import ArgumentsError, DoesNotExist, FieldError, MultipleObjectsReturned
from tortoise_core.base.names import shown
from tortoise_core.load.prepared import Kind, Steps, fetch, values_kind
from tortoise_core.load.streaming import PART, check_size, stream
from tortoise_core.query.steps import Only
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import R, Record
from tortoise_core.session.context import Using

V = TypeVar("V")
#: the types of columns in a tuple
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
#: a column by its name, or as the attribute of its class
Column = Union[str, Field[Any]]
#: how many results are wanted: all, the first or none, exactly one
MANY, FIRST, ONE = "many", "first", "one"


def value_pairs(names: tuple[Any, ...], renamed: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(key, path) of each value: positional names stand for themselves. Raises FieldError for a key used twice."""
    for path in (*names, *renamed.values()):
        if not isinstance(path, str):
            raise FieldError(f"values take names, not {shown(path)}")
    pairs = [(name, name) for name in names] + list(renamed.items())
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise FieldError(f'Duplicate key "{twice}" in values')
    return tuple(pairs)


def column_names(model: type[Record], columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """`columns` with the names of those that are given as attributes of the class, ``Event.name``, for their types.

    Raises FieldError for an attribute of another model.
    """
    return tuple([_column_name(model, each) if isinstance(each, MemberDescriptorType) else each for each in columns])


def _column_name(model: type[Record], column: MemberDescriptorType) -> str:
    owner: type[Any] = column.__objclass__
    if owner is not model or column.__name__ not in model._meta.fields_map:
        hint = f'name it by its path, "relation__{column.__name__}"'
        raise FieldError(f"{owner.__name__}.{column.__name__} is no column of {model.__name__}; {hint}")
    return column.__name__


class FieldSelectQuery(AwaitableQuery[R], Generic[R, V]):
    """Rows in another form; `V` is what one of them becomes."""

    __slots__ = ("_values",)

    def __init__(
        self, model: type[R], steps: Steps, using: Using, style: str, pairs: tuple[tuple[str, str], ...]
    ) -> None:
        super().__init__(model, steps, using)
        if any(isinstance(step, Only) for step in steps):
            raise ArgumentsError("values() and values_list() cannot be used with only(): name the values themselves")
        self._values = values_kind(style, pairs)

    def _copy(self: S) -> S:
        query = super()._copy()
        query._values = self._values
        return query

    @property
    def _kind(self) -> Kind:
        return self._values

    def _subselect(self) -> tuple[type[Record], tuple[tuple[str, str], ...], Steps]:
        pairs: tuple[tuple[str, str], ...] = self._values[2]  # type: ignore[assignment]  # as `values_kind` makes it
        if len(pairs) != 1:
            raise FieldError(f"a Subquery gives one value: name one field of {self.model.__name__} in values()")
        return self.model, pairs, self._steps

    def _column_source(self) -> tuple[type[Record], tuple[tuple[str, str], ...], Steps]:
        pairs: tuple[tuple[str, str], ...] = self._values[2]  # type: ignore[assignment]  # as `values_kind` makes it
        return self.model, pairs, self._steps

    def _row_source(self) -> tuple[type[Record], Steps]:
        return self.model, self._steps

    async def _fetch(self) -> list[V]:
        return await fetch(self._executor(), self.model, self._values, self._steps)


S = TypeVar("S", bound=FieldSelectQuery[Any, Any])


class ValuesQuery(FieldSelectQuery[R, V]):
    """All rows."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, list[V]]:
        return self._fetch().__await__()

    def __aiter__(self) -> AsyncIterator[V]:
        return self._each(None)

    def stream(self, chunk_size: int = PART) -> AsyncGenerator[V, None]:
        """The values one by one, fetched `chunk_size` rows at a time. Raises ParamsError for a size below 1."""
        return self._each(check_size(chunk_size))

    async def _each(self, size: Optional[int]) -> AsyncGenerator[V, None]:
        parts = stream(self._executor(), self.model, self._values, self._steps, size)
        try:
            async for part in parts:
                for value in part:
                    yield value
        finally:
            await parts.aclose()


class ValuesListQuery(ValuesQuery[R, V]):
    """All rows as tuples, or as single values."""

    __slots__ = ()


class FirstValuesQuery(FieldSelectQuery[R, V]):
    """The first row, or None."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, V | None]:
        return self._first().__await__()

    async def _first(self) -> V | None:
        rows = await self._fetch()
        return rows[0] if rows else None


class OneValuesQuery(FieldSelectQuery[R, V]):
    """Exactly one row. Raises DoesNotExist or MultipleObjectsReturned."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, V]:
        return self._one().__await__()

    async def _one(self) -> V:
        return only(await self._fetch(), self.model)


def only(found: list[V], model: type[Record]) -> V:
    """The one result. Raises DoesNotExist or MultipleObjectsReturned."""
    if len(found) == 1:
        return found[0]
    raise (MultipleObjectsReturned if found else DoesNotExist)(model)
