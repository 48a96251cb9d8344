"""COPY: many rows in or out as one stream."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Optional, Union

from tortoise_core.base.errors import ParamsError
from tortoise_core.model.model import Model
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.session.context import Using, executor_of
from tortoise_core.session.executor import Executor
from tortoise_core.write.loading import Loading, Rows
from tortoise_dialect_postgres.commands.byte_streams import Sink, Source, Writer, parts_of
from tortoise_dialect_postgres.commands.copying import Columns, copy_options, header_names
from tortoise_dialect_postgres.refusing import need_postgres

__all__ = ["copy_from", "copy_to"]


async def copy_to(
    source: Union[type[Model], AwaitableQuery[Any]],
    sink: Sink,
    *,
    format: str = "csv",
    header: bool = False,
    delimiter: Optional[str] = None,
    null: Optional[str] = None,
    quote: Optional[str] = None,
    escape: Optional[str] = None,
    encoding: Optional[str] = None,
    using_db: Using = None,
) -> int:
    """Write all rows of a model, or those of a query, to `sink`, and give their number.

    `sink`: a path, a binary file, or a function of bytes, which may be async. `format`: "csv", "text" or "binary"; the
    other options are those of COPY. Columns are those of the query: ``Event.filter(...).values_list("id", "name")``.
    Runs in this task's transaction if there is one. Raises ParamsError for a query that writes, and for options that
    the format does not have; UnSupportedError on other databases.
    """
    options = dict(header=header, delimiter=delimiter, null=null, quote=quote, escape=escape, encoding=encoding)
    settled = copy_options(format, options)
    query: Any = source.all() if isinstance(source, type) else source
    if not isinstance(query, AwaitableQuery) or query._writes:
        raise ParamsError(f"COPY takes a model or a query that reads, not {source!r}")
    if using_db is not None:
        query = query.using_db(using_db)
    executor = await _executor(query.model, query._using)
    sql, params = query.sql_and_params()
    async with Writer(sink) as writer:
        count: int = await executor.session_call("copy_out", f"COPY ({sql})", sql, params, settled, writer.write)
    return count


async def copy_from(
    model: type[Model],
    source: Union[Rows, Source],
    *,
    format: Optional[str] = None,
    fields: Optional[Sequence[str]] = None,
    header: bool = False,
    delimiter: Optional[str] = None,
    null: Optional[str] = None,
    quote: Optional[str] = None,
    escape: Optional[str] = None,
    encoding: Optional[str] = None,
    using_db: Using = None,
) -> int:
    """Store many rows of a model, all of them or none, and give their number.

    Without `format` the source is an iterable or async iterable of rows: instances, dicts, or sequences of the values
    of `fields`. They are validated and encoded as `bulk_create` does; instances are not changed. All leave the same
    columns to the database. With "csv", "text" or "binary" it is bytes that are encoded already: a path, a binary file,
    bytes, or an iterable of them; `fields` are their columns, by default those named in the first line if there is a
    `header`, or else all. The server checks them, validators do not.

    Runs in this task's transaction if there is one. Raises ParamsError, FieldError, ValidationError, and IntegrityError
    and OperationalError of the server; UnSupportedError on other databases.
    """
    options = dict(header=header, delimiter=delimiter, null=null, quote=quote, escape=escape, encoding=encoding)
    if format is None:
        given = [name for name, value in options.items() if value]
        if given:
            raise ParamsError(f"option {', '.join(given)} belongs to a format, and none is given")
        return await _copy_rows(model, source, fields, using_db)
    settled = copy_options(format, options)
    return await _copy_bytes(model, source, settled, fields, using_db)


async def _copy_rows(model: type[Model], rows: Any, fields: Optional[Sequence[str]], using: Using) -> int:
    executor = await _executor(model, using, write=True)
    assert executor.backend is not None
    loading = Loading(model, executor.backend, rows, fields)
    try:
        plan = await loading.plan()
        if plan is None:
            return 0
        count: int = await executor.session_call("copy_rows", f"COPY {plan.table}", plan, loading.encoded())
        return count
    finally:
        await loading.close()


async def _copy_bytes(
    model: type[Model], source: Any, options: dict[str, Any], fields: Optional[Sequence[str]], using: Using
) -> int:
    executor = await _executor(model, using, write=True)
    parts = parts_of(source)
    read: list[bytes] = []
    if fields is None and options.get("header"):
        fields, read = await header_names(parts, options)
    where = Columns(model, fields, executor.capabilities.max_identifier)
    arguments = (where.table, where.schema, where.columns, options, _joined(read, parts))
    count: int = await executor.session_call("copy_in", f"COPY {where.table}", *arguments)
    return count


async def _joined(read: list[bytes], parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for part in read:
        yield part
    async for part in parts:
        yield part


async def _executor(model: type[Model], using: Using, write: bool = False) -> Executor:
    executor = executor_of(model, using, write)
    need_postgres(executor.capabilities, "COPY")
    await executor.ready()
    return executor
