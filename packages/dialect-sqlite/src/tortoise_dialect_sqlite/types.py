"""SQLite's names for the SQL types, and the text that stands for values it has no storage class for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tortoise_core.ast import types
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.types import TypeMap, TypeMapping

_INTEGERS: dict[int, str] = {16: "SMALLINT", 32: "INT", 64: "BIGINT"}


def moment_text(value: dt.datetime) -> str:
    """ISO 8601 with a blank, in UTC where the value is aware: such text sorts as the moments do."""
    zone = value.tzinfo
    return str(value if zone is UTC or zone is None else value.astimezone(UTC))


def _varchar(sql_type: types.Varchar) -> str:
    return f"VARCHAR({sql_type.length})"


TYPES: TypeMap = {
    types.Integer: TypeMapping(lambda sql_type: _INTEGERS[sql_type.bits]),
    types.Float: TypeMapping(lambda _: "REAL"),
    # text keeps every digit; the connection brings a collation and aggregates that calculate with it exactly
    types.Numeric: TypeMapping(lambda _: "VARCHAR(40)", "{:f}".format, Decimal),
    types.Varchar: TypeMapping(_varchar),
    types.Text: TypeMapping(lambda _: "TEXT"),
    types.Boolean: TypeMapping(lambda _: "INT", None, bool),
    types.Timestamp: TypeMapping(lambda _: "TIMESTAMP", moment_text, dt.datetime.fromisoformat),
    types.Uuid: TypeMapping(lambda _: "CHAR(36)", str, UUID),
    # JSON alone has numeric affinity, which makes numbers of documents that are one and loses digits
    types.Json: TypeMapping(lambda _: "JSON TEXT"),
}
