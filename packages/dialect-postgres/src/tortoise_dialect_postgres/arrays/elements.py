"""What arrays hold: from the name of a type to the field that converts its values."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Union
from uuid import UUID

from tortoise_core.ast import types
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields import data, temporal
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.documents import BinaryField

_DIMENSION = re.compile(r"\s*\[\s*\d*\s*\]$")
#: a name, its numbers in parentheses, and words that may stand behind them
_NAMED = re.compile(r"([A-Z_][A-Z0-9_]*(?: [A-Z_]+)*)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?((?: [A-Z]+)*)")


class PlainField(Field[Any]):
    """Values of a type that only the server knows, as the driver takes and gives them."""

    field_type = object

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Custom().spelled((("postgres", self.name),))


class NumberField(Field[Decimal]):
    """Exact decimals of any size."""

    field_type = Decimal

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Numeric()

    def convert(self, value: Any, clock: Clock) -> Decimal:
        try:
            return Decimal(str(value)) if isinstance(value, float) else Decimal(value)
        except InvalidOperation:
            raise ValueError(f"{value!r} is not a decimal number") from None


def _decimal(precision: str, scale: str) -> Field[Any]:
    return data.DecimalField(max_digits=int(precision), decimal_places=int(scale or 0)) if precision else NumberField()


def _text(length: str, _: str) -> Field[Any]:
    return data.CharField(max_length=int(length)) if length else data.TextField()


def _plainly(make: Callable[[], Field[Any]]) -> Callable[[str, str], Field[Any]]:
    return lambda *_: make()


#: PostgreSQL manual, "Data Types": names and other names
_FIELDS: dict[str, Callable[[str, str], Field[Any]]] = {
    **dict.fromkeys(("INT", "INTEGER", "INT4"), _plainly(data.IntField)),
    **dict.fromkeys(("SMALLINT", "INT2"), _plainly(data.SmallIntField)),
    **dict.fromkeys(("BIGINT", "INT8"), _plainly(data.BigIntField)),
    **dict.fromkeys(("TEXT", "CITEXT"), _plainly(data.TextField)),
    **dict.fromkeys(("VARCHAR", "CHARACTER VARYING", "CHAR", "CHARACTER"), _text),
    **dict.fromkeys(("NUMERIC", "DECIMAL"), _decimal),
    **dict.fromkeys(("FLOAT", "FLOAT4", "FLOAT8", "REAL", "DOUBLE PRECISION"), _plainly(data.FloatField)),
    **dict.fromkeys(("BOOL", "BOOLEAN"), _plainly(data.BooleanField)),
    **dict.fromkeys(("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"), _plainly(temporal.DatetimeField)),
    "DATE": _plainly(temporal.DateField),
    "TIMETZ": _plainly(temporal.TimeField),
    "UUID": _plainly(data.UUIDField),
    "BYTEA": _plainly(BinaryField),
}


#: fields whose values of one Python type are stored as they are, if they are in range
_KINDS: dict[type, type] = {
    data.IntField: int,
    data.SmallIntField: int,
    data.BigIntField: int,
    data.TextField: str,
    data.FloatField: float,
    data.BooleanField: bool,
    data.UUIDField: UUID,
    temporal.DateField: date,
}


class Element:
    """What an array holds: `field` converts one value, `name` is its type as the user wrote it ("" for a field)."""

    __slots__ = ("dimensions", "field", "kind", "name")

    def __init__(self, field: Field[Any], name: str, dimensions: int) -> None:
        self.field, self.name, self.dimensions = field, name, dimensions
        self.kind = None if field.validators else _KINDS.get(type(field))

    def fit(self, values: list[Any]) -> bool:
        """True if all of `values` are sure to be stored as they are; that is found out for all of them at once."""
        if self.kind is None or set(map(type, values)) != {self.kind}:
            return False
        if self.kind is int:
            field: Any = self.field
            return bool(field.minimum <= min(values) and max(values) <= field.maximum)
        if self.kind is str:
            text = "".join(values)
            return text.isascii() and "\0" not in text
        return True

    def sql_type(self, clock: Clock) -> types.SqlType:
        """The type of one value, under the name that the user gave it."""
        if not self.name:
            return self.field.sql_type(clock)
        base = self.field.base_type(clock)
        assert base is not None  # the fields that names stand for are the engine's own
        return base.spelled((("postgres", self.name),))


def element_of(element_type: Union[str, Field[Any]]) -> Element:
    """The element of an array. ConfigurationError for what is neither the name of a type nor a field."""
    if isinstance(element_type, Field):
        return Element(element_type, "", 1)
    given: Any = element_type
    if not isinstance(given, str) or not given.strip():
        raise ConfigurationError(f'element_type is the name of a SQL type, such as "int", or a field: {given!r}')
    name, dimensions = upper(element_type.strip()), 1
    while _DIMENSION.search(name):
        name, dimensions = _DIMENSION.sub("", name), dimensions + 1
    found = _NAMED.fullmatch(name)
    make = _FIELDS.get(found[1] + found[4]) if found is not None else None
    return Element(PlainField(name) if found is None or make is None else make(found[2], found[3]), name, dimensions)


def upper(name: str) -> str:
    """The name of a type in capitals, but for what stands in quotation marks."""
    return "".join([part if part.startswith('"') else part.upper() for part in re.split(r'("[^"]*")', name)])
