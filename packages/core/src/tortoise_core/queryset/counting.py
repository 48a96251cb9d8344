"""Queries that give a number or a truth value."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from tortoise_core.base.errors import FieldError, OperationalError
from tortoise_core.base.names import shown
from tortoise_core.load.prepared import COUNT, EXISTS, Kind, Steps, fetch_any, fetch_one_value
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.record import R, Record


class CountQuery(AwaitableQuery[R]):
    """The number of rows that the query would give."""

    __slots__ = ()

    @property
    def _kind(self) -> Kind:
        return COUNT

    def __await__(self) -> Generator[Any, Any, int]:
        return self._run().__await__()

    async def _run(self) -> int:
        return int(await fetch_one_value(self._executor(), self.model, COUNT, self._steps))


class ExistsQuery(AwaitableQuery[R]):
    """True if the query would give any row."""

    __slots__ = ()

    @property
    def _kind(self) -> Kind:
        return EXISTS

    def _row_source(self) -> tuple[type[Record], Steps]:
        return self.model, self._steps

    def __await__(self) -> Generator[Any, Any, bool]:
        return self._run().__await__()

    async def _run(self) -> bool:
        return await fetch_any(self._executor(), self.model, EXISTS, self._steps)


class ContainsQuery(ExistsQuery[R]):
    """True if the query gives the row of an instance."""

    __slots__ = ()


def key_filter(model: type[Record], instance: Any) -> dict[str, Any]:
    """The condition that a row is that of `instance`. Raises FieldError, OperationalError."""
    if not isinstance(instance, model):
        raise FieldError(f"contains() of {model.__name__} takes one of its instances, not {shown(instance)}")
    key = {field.model_field_name: getattr(instance, field.model_field_name) for field in model._meta.key}
    if None in key.values():
        raise OperationalError(f"{model.__name__}: this instance has no key; save it first")
    return key
