"""PostgreSQL's names for the SQL types. Drivers take and give the Python values as they are."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Optional

from tortoise_core.ast import types
from tortoise_core.ast.types import SqlType
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.compiler.quoting import quote_identifier
from tortoise_core.dialect.converting import Inline
from tortoise_core.dialect.standard_types import STANDARD, named
from tortoise_core.dialect.types import TypeMap, TypeMapping, spell
from tortoise_dialect_postgres.hstore_text import hstore_text, hstore_value
from tortoise_dialect_postgres.ranges.range import Range, RangeList, with_zone
from tortoise_dialect_postgres.sql_types import (
    CharType,
    CidrType,
    CIText,
    HStoreType,
    InetType,
    IntervalType,
    MacAddrType,
    MultirangeType,
    RangeType,
    RegConfig,
    TSQuery,
    TSVector,
)


def _numeric(sql_type: types.Numeric) -> str:
    return "NUMERIC" if sql_type.precision is None else STANDARD[types.Numeric].ddl(sql_type)


def _array(sql_type: types.Array) -> str:
    item = spell(TYPES, sql_type.item, "postgres")
    return f"{item}{'[]' * sql_type.dimensions}"


def aware_moment(value: dt.datetime) -> dt.datetime:
    """A moment as it is; infinity, which drivers give as the ends of Python's range without a zone, with one."""
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


#: the same, written out: it runs for every moment that is read
AWARE = Inline("{v} if {v}.tzinfo is not None else {aware}({v})", {"aware": aware_moment}, aware_moment)


def in_utc(value: dt.datetime) -> dt.datetime:
    """A naive value as one that the column can hold, whose moments have no zone."""
    return value.replace(tzinfo=UTC)


def without_zone(value: dt.datetime) -> dt.datetime:
    """The value again; also of columns that have no zone."""
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def range_in_utc(value: Range[Any]) -> Range[Any]:
    """A range of naive moments as one that the column can hold."""
    return with_zone(value, UTC)


def ranges_in_utc(value: list[Range[Any]]) -> RangeList:
    """The same for each of a multirange."""
    return RangeList([with_zone(item, UTC) for item in value])


def time_in_utc(value: dt.time) -> dt.time:
    """A time without an offset as one that the column can hold."""
    return value.replace(tzinfo=UTC)


def without_offset(value: dt.time) -> dt.time:
    """The time again; one with another offset keeps it, because it would be another time without."""
    return value if value.utcoffset() else value.replace(tzinfo=None)


def _enumeration(sql_type: types.Enumeration) -> str:
    name = quote_identifier(sql_type.name)
    return name if sql_type.schema is None else f"{quote_identifier(sql_type.schema)}.{name}"


def _range_name(sql_type: RangeType) -> str:
    return _RANGES[type(sql_type.subtype), getattr(sql_type.subtype, "bits", 0)]


def _multirange_name(sql_type: RangeType) -> str:
    return _range_name(sql_type).replace("RANGE", "MULTIRANGE")


#: (class of the bounds' type, its bits) -> name
_RANGES: dict[tuple[type, int], str] = {
    (types.Integer, 32): "INT4RANGE",
    (types.Integer, 64): "INT8RANGE",
    (types.Numeric, 0): "NUMRANGE",
    (types.Date, 0): "DATERANGE",
    (types.Timestamp, 0): "TSTZRANGE",
}

TYPES: TypeMap = {
    **STANDARD,
    types.Numeric: TypeMapping(_numeric),
    types.Timestamp: named("TIMESTAMPTZ", None, AWARE),
    types.Timestamp(False): named("TIMESTAMPTZ", in_utc, without_zone),
    types.Time: named("TIMETZ"),
    types.Time(False): named("TIMETZ", time_in_utc, without_offset),
    types.Binary: named("BYTEA"),
    types.Uuid: named("UUID"),
    types.Json: named("JSONB"),
    types.Enumeration: TypeMapping(_enumeration),
    RangeType: TypeMapping(_range_name),
    RangeType(types.Timestamp(False)): TypeMapping(_range_name, range_in_utc),
    MultirangeType(types.Timestamp(False)): TypeMapping(_multirange_name, ranges_in_utc),
    MultirangeType: TypeMapping(_multirange_name, RangeList),
    HStoreType: named("HSTORE", hstore_text, hstore_value),
    CIText: named("CITEXT"),
    InetType: named("INET"),
    CidrType: named("CIDR"),
    MacAddrType: named("MACADDR"),
    IntervalType: named("INTERVAL"),
    types.Array: TypeMapping(_array),
    TSVector: named("TSVECTOR"),
    TSQuery: named("TSQUERY"),
    RegConfig: named("REGCONFIG"),
    CharType: named('"char"'),
}


def reads_as_text(sql_type: Optional[SqlType]) -> bool:
    """True for arrays that are to be read as arrays of text: those of types that client libraries know by their text.

    psycopg reads such an array as one text, and asyncpg 0.30 to 0.32 leaves a hole in the list where an item is empty
    text: whoever touches it brings the process down.
    """
    if not isinstance(sql_type, types.Array):
        return False
    item = sql_type.item
    return isinstance(item, types.Enumeration) or spell(TYPES, item, "postgres") in ("CITEXT", "HSTORE")


def unbounded(sql_type: SqlType) -> SqlType:
    """The type that holds any value of the family of `sql_type`.

    A cast to a bounded type cuts text, rounds decimals and refuses integers, so that a value compared with a
    column would not be the one that was given.
    """
    if isinstance(sql_type, types.Array):
        return types.Array(_unbounded_item(sql_type.item), sql_type.dimensions)
    if sql_type.spelling:
        return sql_type
    if isinstance(sql_type, types.Integer):
        return types.Integer(64)
    if isinstance(sql_type, types.Varchar):
        return types.Text()
    return types.Numeric() if isinstance(sql_type, types.Numeric) else sql_type


def _unbounded_item(sql_type: SqlType) -> SqlType:
    """The same for items of arrays, of which the operators take none of another type, however close."""
    return types.Custom().spelled((("postgres", without_limits(spell(TYPES, sql_type, "postgres") or "")),))


def without_limits(name: str) -> str:
    """The name of the type without length, precision and scale, and of the same family."""
    name = re.sub(r"^(CHAR|CHARACTER)(?=\(|$)", "BPCHAR", name)
    return name if name.startswith(("BIT", '"')) else re.sub(r"\([^)]*\)", "", name)
