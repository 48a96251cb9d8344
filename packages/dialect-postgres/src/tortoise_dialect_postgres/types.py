"""PostgreSQL's names for the SQL types. Drivers take and give the Python values as they are."""

from __future__ import annotations

from tortoise_core.ast import types
from tortoise_core.ast.types import SqlType
from tortoise_core.dialect.types import TypeMap, TypeMapping

_INTEGERS: dict[int, str] = {16: "SMALLINT", 32: "INT", 64: "BIGINT"}


def _integer(sql_type: types.Integer) -> str:
    return _INTEGERS[sql_type.bits]


def _numeric(sql_type: types.Numeric) -> str:
    if sql_type.precision is None:
        return "NUMERIC"
    scale = "" if sql_type.scale is None else f",{sql_type.scale}"
    return f"DECIMAL({sql_type.precision}{scale})"


def _varchar(sql_type: types.Varchar) -> str:
    return f"VARCHAR({sql_type.length})"


def _timestamp(sql_type: types.Timestamp) -> str:
    return "TIMESTAMPTZ" if sql_type.aware else "TIMESTAMP"


TYPES: TypeMap = {
    types.Integer: TypeMapping(_integer),
    types.Float: TypeMapping(lambda _: "DOUBLE PRECISION"),
    types.Numeric: TypeMapping(_numeric),
    types.Varchar: TypeMapping(_varchar),
    types.Text: TypeMapping(lambda _: "TEXT"),
    types.Boolean: TypeMapping(lambda _: "BOOL"),
    types.Timestamp: TypeMapping(_timestamp),
    types.Uuid: TypeMapping(lambda _: "UUID"),
    types.Json: TypeMapping(lambda _: "JSONB"),
}


def unbounded(sql_type: SqlType) -> SqlType:
    """The type that holds any value of the family of `sql_type`.

    A cast to a bounded type cuts text, rounds decimals and refuses integers, so that a value compared with a
    column would not be the one that was given.
    """
    if isinstance(sql_type, types.Integer):
        return types.Integer(64)
    if isinstance(sql_type, types.Varchar):
        return types.Text()
    return types.Numeric() if isinstance(sql_type, types.Numeric) else sql_type
