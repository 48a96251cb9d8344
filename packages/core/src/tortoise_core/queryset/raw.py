"""Instances by SQL of the user's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import Any

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import shown
from tortoise_core.load.raw import Parameters, fetch_raw
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.record import R
from tortoise_core.session.context import Using


class RawSQLQuery(AwaitableQuery[R]):
    """The rows of a statement as instances. Nothing of it is checked: values belong into `parameters`."""

    __slots__ = ("_parameters", "_sql")

    def __init__(self, model: type[R], sql: str, parameters: Parameters = None, using: Using = None) -> None:
        super().__init__(model, (), using)
        if not isinstance(sql, str):
            raise ParamsError(f"raw() takes SQL as text, not {shown(sql)}")
        self._sql, self._parameters = sql, parameters

    def _copy(self) -> RawSQLQuery[R]:
        return RawSQLQuery(self.model, self._sql, self._parameters, self._using)

    def sql(self, params_inline: bool = False) -> str:
        """The text as it was given."""
        return self._sql

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return fetch_raw(self._executor(), self.model, self._sql, self._parameters).__await__()

    async def __aiter__(self) -> AsyncIterator[R]:
        for instance in await self:
            yield instance
