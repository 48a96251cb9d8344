"""COPY: many rows in or out as one stream of bytes (PostgreSQL manual, "COPY")."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any, Callable, Optional, Protocol

from tortoise_core.base.errors import ParamsError
from tortoise_core.base.names import did_you_mean
from tortoise_core.dialect.compiler.quoting import fit_identifier, quote_identifier
from tortoise_core.dialect.driver import BulkInsert, Params, Row

Write = Callable[[bytes], Awaitable[None]]
Options = Mapping[str, Any]

FORMATS = ("csv", "text", "binary")
#: option -> the formats that have it
_OPTIONS = {
    "header": ("csv", "text"),
    "delimiter": ("csv", "text"),
    "null": ("csv", "text"),
    "quote": ("csv",),
    "escape": ("csv",),
    "encoding": ("csv", "text"),
}
#: texts and names in a statement, in which nothing is a parameter, and parameters
_PARAMETER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)""")


class CopyingSession(Protocol):
    """What a client library adds to its sessions, to copy. `query`, `table` and `columns` are those of COPY."""

    async def fetch(self, sql: str, params: Params, /) -> Sequence[Row]:
        """As of any session."""
        ...

    async def parameter_types(self, sql: str) -> Sequence[int]:
        """The numbers of the types that the server gives the parameters of a statement."""
        ...

    async def copy_out(self, query: str, params: Params, options: Options, write: Write) -> int:
        """Hand the rows of a query to `write` as they come; their number."""
        ...

    async def copy_in(
        self, table: str, schema: Optional[str], columns: Sequence[str], options: Options, parts: AsyncIterable[bytes]
    ) -> int:
        """Store rows that are encoded already, all of them or none; their number."""
        ...

    async def copy_rows(self, plan: BulkInsert, rows: AsyncIterable[Params]) -> int:
        """Store rows of parameters, all of them or none; their number."""
        ...


def copy_options(format: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a COPY, those that are None left out. Raises ParamsError for what the format does not have."""
    if format not in FORMATS:
        raise ParamsError(f"format {format!r} is unknown.{did_you_mean(str(format), FORMATS)}")
    options = {name: value for name, value in given.items() if value is not None and value is not False}
    for name in options:
        if format not in _OPTIONS[name]:
            raise ParamsError(f"option {name}: format {format} has none")
    return {"format": format, **options}


def options_clause(options: Options) -> str:
    """The options as they stand in a statement."""
    parts = [f"FORMAT {options['format']}"]
    for name, value in options.items():
        if name != "format":
            parts.append(f"{name.upper()} {'true' if value is True else _literal(str(value))}")
    return f"({', '.join(parts)})"


def _literal(text: str) -> str:
    if "\0" in text:
        raise ParamsError("options of COPY cannot hold NUL")
    if "\\" in text:
        escaped = text.replace("\\", "\\\\").replace("'", "''")
        return f"E'{escaped}'"
    return "'" + text.replace("'", "''") + "'"


def into(table: str, schema: Optional[str], columns: Sequence[str]) -> str:
    """The table and the columns that are filled."""
    name = quote_identifier(table) if schema is None else f"{quote_identifier(schema)}.{quote_identifier(table)}"
    return f"{name} ({', '.join(map(quote_identifier, columns))})" if columns else name


async def with_literals(session: CopyingSession, sql: str, params: Params) -> str:
    """A statement of the compiler's with its parameters written out by the server, as COPY takes none."""
    if not params:
        return sql
    oids = list(await session.parameter_types(sql))
    rows = await session.fetch(
        "SELECT oid::REGTYPE::TEXT FROM unnest($1::OID[]) WITH ORDINALITY AS given (oid, at) ORDER BY at", (oids,)
    )
    types = [row[0] for row in rows]
    asked = ", ".join(f"quote_nullable((${at}::{name})::TEXT)" for at, name in enumerate(types, 1))
    (texts,) = await session.fetch(f"SELECT {asked}", params)
    literals = [f"({text}::{name})" for text, name in zip(texts, types)]

    def replaced(found: re.Match[str]) -> str:
        number = found.group(1)
        return found.group() if number is None else literals[int(number) - 1]

    return _PARAMETER.sub(replaced, sql)


class Columns:
    """The columns of a model that a COPY fills, by attributes or names of columns; all if none are named."""

    def __init__(self, model: Any, names: Optional[Sequence[str]], limit: Optional[int]) -> None:
        meta = model._meta
        self.table, self.schema = fit_identifier(meta.db_table, limit), meta.schema
        known = {field.model_field_name: field.column for field in meta.columns}
        by_column = {column: column for column in known.values()}
        columns: list[str] = []
        for name in known if names is None else names:
            column = meta.pk.column if name == "pk" else known.get(name) or by_column.get(name)
            if column is None:
                raise meta.unknown(name)
            columns.append(fit_identifier(column, limit))
        if len(set(columns)) != len(columns):
            raise ParamsError(f"{meta.name}: a column is named twice: {', '.join(columns)}")
        self.columns = columns


async def header_names(parts: AsyncIterator[bytes], options: Options) -> tuple[list[str], list[bytes]]:
    """The names in the first line, and the parts that were read to find it."""
    read: list[bytes] = []
    async for part in parts:
        read.append(part)
        if b"\n" in part:
            break
    line = b"".join(read).split(b"\n", 1)[0].decode(str(options.get("encoding", "utf-8"))).lstrip("\ufeff").rstrip("\r")
    if options["format"] == "text":
        return line.split(str(options.get("delimiter", "\t"))), read
    reader = csv.reader(
        io.StringIO(line), delimiter=str(options.get("delimiter", ",")), quotechar=str(options.get("quote", '"'))
    )
    return next(reader, []), read
