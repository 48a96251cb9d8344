"""How a dialect spells SQL types, and what its drivers want in place of Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

from tortoise_core.ast.types import SqlType

Converter = Optional[Callable[[Any], Any]]


@dataclass(frozen=True)
class TypeMapping:
    """One SQL type in one dialect.

    `ddl` spells the type. `encode` turns the field's Python value into what the driver binds and
    `decode` turns a value of a row into the field's Python value; None means that they are the same.
    Neither is called with None. Callables written in C are worth choosing: they run once per value.
    """

    ddl: Callable[[Any], str]
    encode: Converter = None
    decode: Converter = None


TypeMap = Mapping[type, TypeMapping]


def mapping_for(types: TypeMap, sql_type: SqlType) -> Optional[TypeMapping]:
    """The mapping of the nearest class of `sql_type` that the dialect knows."""
    for cls in type(sql_type).__mro__:
        if cls in types:
            return types[cls]
    return None


ConverterPair = tuple[Converter, Converter]
