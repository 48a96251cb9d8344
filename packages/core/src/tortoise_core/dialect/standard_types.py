"""Names and values of the SQL types as most servers have them; a dialect's map begins with these."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from tortoise_core.ast import types
from tortoise_core.dialect.types import TypeMap, TypeMapping

_INTEGERS: dict[int, str] = {16: "SMALLINT", 32: "INT", 64: "BIGINT"}
#: written in C, as is `partial`: how many microseconds a timedelta has
_microseconds: Any = getattr(dt.timedelta(microseconds=1), "__rfloordiv__")  # noqa: B009  # typeshed knows no such method


def _numeric(sql_type: types.Numeric) -> str:
    if sql_type.precision is None:
        return "DECIMAL"
    scale = "" if sql_type.scale is None else f",{sql_type.scale}"
    return f"DECIMAL({sql_type.precision}{scale})"


def named(name: str, encode: Any = None, decode: Any = None) -> TypeMapping:
    """A type that has one name whatever its parameters are."""
    return TypeMapping(lambda _: name, encode, decode)


STANDARD: TypeMap = {
    types.Integer: TypeMapping(lambda sql_type: _INTEGERS[sql_type.bits]),
    types.Float: named("DOUBLE PRECISION"),
    types.Numeric: TypeMapping(_numeric),
    types.Varchar: TypeMapping(lambda sql_type: f"VARCHAR({sql_type.length})"),
    types.Text: named("TEXT"),
    types.Boolean: named("BOOL"),
    types.Timestamp: named("TIMESTAMP"),
    types.Date: named("DATE"),
    types.Time: named("TIME"),
    # a timedelta is made of (days, seconds, microseconds)
    types.Duration: named("BIGINT", _microseconds, partial(dt.timedelta, 0, 0)),
    types.Binary: named("BLOB"),
    types.Uuid: named("CHAR(36)"),
    types.Json: named("JSON"),
}
