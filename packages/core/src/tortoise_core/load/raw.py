"""Instances of the rows that SQL of the user's own gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional, Union

from tortoise_core.base.errors import FieldError
from tortoise_core.dialect.raw import portable
from tortoise_core.dialect.statements import Backend
from tortoise_core.load.hydrate import columns_loader
from tortoise_core.load.rows import Load
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor

#: parameters by name, or in the driver's own style
Parameters = Optional[Union[Mapping[str, Any], Sequence[Any]]]


async def fetch_raw(executor: Executor, record: type[Record], sql: str, parameters: Parameters) -> list[Any]:
    """The rows as instances; columns that the model does not have become attributes."""
    backend = executor.backend or await executor.ready()
    text, params = portable(sql, parameters, backend.driver.paramstyle)
    columns, rows, _ = await executor.raw(text, params)
    return _loader(backend, record, tuple(columns))(rows, executor.loaded_origin)


def _loader(backend: Backend, record: type[Record], columns: tuple[str, ...]) -> Load:
    key = (record._meta.token, "raw", columns)
    load: Optional[Load] = backend.statements.get(key)
    if load is None:
        by_column = {field.column: field for field in record._meta.columns}
        if not any(column in by_column for column in columns):
            raise FieldError(f"the rows have no column of {record.__name__}: {', '.join(columns) or 'none at all'}")
        load = columns_loader(record, columns, backend)
        backend.statements.put(key, load)
    return load
