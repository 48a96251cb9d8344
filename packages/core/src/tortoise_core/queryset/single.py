"""Queries of one instance."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Literal, Optional, Protocol, TypeVar, overload

from tortoise_core.base.errors import DoesNotExist
from tortoise_core.query.expressions import Expression
from tortoise_core.queryset.instances import InstanceQuery
from tortoise_core.queryset.values import (
    A,
    Column,
    FirstValuesQuery,
    OneValuesQuery,
    column_names,
    only,
    value_pairs,
)
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import R

T_co = TypeVar("T_co", covariant=True)


class QuerySetSingle(Protocol[T_co]):
    """What every query of one instance offers, for annotations: ``QuerySetSingle[Optional[Event]]``."""

    def __await__(self) -> Generator[Any, Any, T_co]: ...

    def sql(self, params_inline: bool = False) -> str:
        """The SQL text."""
        ...

    def prefetch_related(self, *args: Any) -> QuerySetSingle[T_co]:
        """Fetch relations of the result too."""
        ...

    def select_related(self, *args: str) -> QuerySetSingle[T_co]:
        """Fetch related rows of foreign keys in the same query."""
        ...

    def annotate(self, **kwargs: Expression) -> QuerySetSingle[T_co]:
        """Add computed values to the result."""
        ...

    def only(self, *fields_for_select: str) -> QuerySetSingle[T_co]:
        """Load these columns alone."""
        ...

    def values_list(self, *fields_: str, flat: bool = False) -> Any:
        """The result as a tuple, or with `flat` its only value."""
        ...

    def values(self, *args: str, **kwargs: str) -> Any:
        """The result as a dict."""
        ...


class FirstQuery(InstanceQuery[R]):
    """The first result, or None."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, Optional[R]]:
        return self._first().__await__()

    async def _first(self) -> Optional[R]:
        found = await self._fetch()
        return found[0] if found else None

    def values(self, *args: str, **kwargs: str) -> FirstValuesQuery[R, dict[str, Any]]:
        """The result as a dict."""
        return FirstValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    @overload
    def values_list(self, field: Field[A], /, *, flat: Literal[True]) -> FirstValuesQuery[R, A]: ...

    @overload
    def values_list(self, *fields_: Column, flat: Literal[False] = ...) -> FirstValuesQuery[R, tuple[Any, ...]]: ...

    @overload
    def values_list(self, *fields_: str, flat: bool) -> FirstValuesQuery[R, Any]: ...

    def values_list(self, *fields_: Any, flat: bool = False) -> FirstValuesQuery[R, Any]:
        """The result as a tuple, or with `flat` its only value."""
        style = "flat" if flat else "tuple"
        return FirstValuesQuery(
            self.model, self._steps, self._using, style, value_pairs(column_names(self.model, fields_), {})
        )


class OneOrNoneQuery(FirstQuery[R]):
    """The only result, or None. Raises MultipleObjectsReturned."""

    __slots__ = ()

    async def _first(self) -> Optional[R]:
        try:
            return only(await self._fetch(), self.model)
        except DoesNotExist:
            return None


class OneQuery(InstanceQuery[R]):
    """Exactly one result. Raises DoesNotExist or MultipleObjectsReturned."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, R]:
        return self._one().__await__()

    async def _one(self) -> R:
        found = await self._fetch()
        return found[0] if len(found) == 1 else only(found, self.model)

    def values(self, *args: str, **kwargs: str) -> OneValuesQuery[R, dict[str, Any]]:
        """The result as a dict."""
        return OneValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    @overload
    def values_list(self, field: Field[A], /, *, flat: Literal[True]) -> OneValuesQuery[R, A]: ...

    @overload
    def values_list(self, *fields_: Column, flat: Literal[False] = ...) -> OneValuesQuery[R, tuple[Any, ...]]: ...

    @overload
    def values_list(self, *fields_: str, flat: bool) -> OneValuesQuery[R, Any]: ...

    def values_list(self, *fields_: Any, flat: bool = False) -> OneValuesQuery[R, Any]:
        """The result as a tuple, or with `flat` its only value."""
        style = "flat" if flat else "tuple"
        return OneValuesQuery(
            self.model, self._steps, self._using, style, value_pairs(column_names(self.model, fields_), {})
        )
