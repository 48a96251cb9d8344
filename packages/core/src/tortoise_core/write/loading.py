"""Rows of a model for a bulk load that the dialect carries out itself, encoded one by one as an insert would."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any, Optional, Union

from tortoise_core.base.errors import FieldError, ParamsError, UnSupportedError
from tortoise_core.base.names import shown
from tortoise_core.dialect.driver import BulkInsert, Params
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.record import Record
from tortoise_core.write.codec import Codec, HasExpression, codec_of
from tortoise_core.write.insert import InsertPlan, plan_of

#: what may be loaded: rows that are there, or that come
Rows = Union[Iterable[Any], AsyncIterable[Any]]


async def each(rows: Any) -> AsyncIterator[Any]:
    """The rows of either kind of iterable. Raises ParamsError for what is neither."""
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    elif isinstance(rows, Iterable) and not isinstance(rows, (str, bytes)):
        for row in rows:
            yield row
    else:
        raise ParamsError(f"rows are an iterable or an async iterable, not {type(rows).__name__}")


class Loading:
    """The rows of one load. All bring the same columns, which the first one decides.

    Rows are instances, mappings of attributes, or sequences of the values of `fields`.
    """

    def __init__(
        self, record: type[Record], backend: Backend, rows: Rows, fields: Optional[Sequence[str]] = None
    ) -> None:
        self.record, self.fields = record, fields
        self._codec: Codec = codec_of(record, backend)
        self._rows = each(rows)
        self._first: Optional[Record] = None
        self._plan: Optional[InsertPlan] = None

    async def plan(self) -> Optional[BulkInsert]:
        """The table and the columns; None if there is no row at all. Raises as `encoded`."""
        async for row in self._rows:
            self._first = self._instance(row, 0)
            self._plan = plan_of(self._codec, self._first)
            if self._plan.bulk is None:
                raise UnSupportedError(f"{self.record.__name__}: values that the server computes cannot be loaded")
            return self._plan.bulk
        return None

    async def encoded(self) -> AsyncIterator[Params]:
        """The parameters of each row. Raises ValidationError, FieldError and ParamsError."""
        assert self._first is not None
        yield self._encode(self._first, 0)
        number = 0
        async for row in self._rows:
            number += 1
            yield self._encode(self._instance(row, number), number)

    async def close(self) -> None:
        """Let go of rows that were not fetched."""
        await self._rows.aclose()  # type: ignore[attr-defined]  # it is a generator

    def _instance(self, row: Any, number: int) -> Record:
        if isinstance(row, self.record):
            return row
        if isinstance(row, dict):
            return self.record(**row)
        if self.fields is not None and isinstance(row, Sequence) and not isinstance(row, (str, bytes)):
            if len(row) != len(self.fields):
                raise ParamsError(f"row {number} has {len(row)} values for {len(self.fields)} fields: {shown(row)}")
            return self.record(**dict(zip(self.fields, row)))
        wanted = "an instance, a dict" if self.fields is None else "an instance, a dict or a sequence"
        raise ParamsError(f"row {number} of {self.record.__name__} is neither {wanted}: {shown(row)}")

    def _encode(self, instance: Record, number: int) -> Params:
        plan = plan_of(self._codec, instance)
        if plan is not self._plan:
            raise ParamsError(
                f"row {number} of {self.record.__name__} leaves other columns to the database than the first"
            )
        try:
            return plan.bind(plan.to_values(instance))
        except HasExpression as found:
            raise FieldError(f"{self.record.__name__}.{found}: a load takes values, not expressions") from None
