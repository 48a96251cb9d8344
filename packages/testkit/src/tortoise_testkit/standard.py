"""A dialect of standard SQL and nothing else: what the base compilers write when nobody overrides them."""

from __future__ import annotations

from typing import Any

from tortoise_core.ast import types
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.dialect.compiler.base import Compiler
from tortoise_core.dialect.compiler.ddl import DDLCompiler
from tortoise_core.dialect.interface import Dialect
from tortoise_core.dialect.standard_types import STANDARD
from tortoise_core.dialect.types import TypeMap, TypeMapping

_INTEGERS: dict[int, str] = {16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}


def _numeric(sql_type: types.Numeric) -> str:
    return "NUMERIC" if sql_type.precision is None else f"NUMERIC({sql_type.precision}, {sql_type.scale or 0})"


TYPES: TypeMap = {
    **STANDARD,
    types.Integer: TypeMapping(lambda sql_type: _INTEGERS[sql_type.bits]),
    types.Numeric: TypeMapping(_numeric),
    types.Text: TypeMapping(lambda _: "CLOB"),
    types.Boolean: TypeMapping(lambda _: "BOOLEAN"),
    types.Timestamp: TypeMapping(lambda t: f"TIMESTAMP{' WITH TIME ZONE' if t.aware else ''}"),
    types.Uuid: TypeMapping(lambda _: "CHAR(36)", str),
}


def standard_dialect(name: str = "standard", version: tuple[int, ...] = (2016,), **capabilities: Any) -> Dialect:
    """A dialect that overrides nothing. `capabilities` differ from the defaults of `Capabilities` by name.

    Lists are written out up to 64 items unless told otherwise.
    """
    options = {"list_placeholders": 64, **capabilities}

    def known(server: tuple[int, ...]) -> Capabilities:
        return Capabilities(dialect=name, version=server, **options)

    return Dialect(name, version, known, TYPES, Compiler, DDLCompiler)
