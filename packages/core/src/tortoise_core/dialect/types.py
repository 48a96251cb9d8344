"""How a dialect spells SQL types, and what its drivers want in place of Python values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional, Union

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


#: by the class of a type, or for some values of its parameters by the type itself
TypeMap = Mapping[Union[type, SqlType], TypeMapping]


def mapping_for(types: TypeMap, sql_type: SqlType) -> Optional[TypeMapping]:
    """What the dialect says of exactly this type, or of the nearest class of it that it knows."""
    exact = sql_type.spelled(()) if sql_type.spelling else sql_type
    keys: list[Union[type, SqlType]] = [exact, *type(sql_type).__mro__]
    for key in keys:
        if key in types:
            return types[key]
    return None


def spell(types: TypeMap, sql_type: SqlType, dialect: str) -> Optional[str]:
    """The name of a type: the column's own, otherwise the dialect's; None if there is neither."""
    own = dict(sql_type.spelling)
    text = own.get(dialect, own.get(""))
    if text is not None:
        return text
    mapping = mapping_for(types, sql_type)
    return None if mapping is None else mapping.ddl(sql_type)


ConverterPair = tuple[Converter, Converter]
