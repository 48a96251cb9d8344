"""Converters of a field on a backend: for filters, for storing, for loading. None stands for "as it is"."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, Optional

from tortoise_core.ast import types
from tortoise_core.base.errors import ValidationError
from tortoise_core.base.names import said, shown
from tortoise_core.base.timezone import UTC
from tortoise_core.dialect.converting import chained, each
from tortoise_core.dialect.statements import Backend
from tortoise_core.schema.db_defaults import Computed, DatabaseDefault
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import (
    BigIntField,
    BooleanField,
    CharField,
    DecimalField,
    FloatField,
    IntField,
    SmallIntField,
    TextField,
    UUIDField,
    text_of,
)
from tortoise_core.schema.fields.documents import BinaryField
from tortoise_core.schema.fields.temporal import DateField, DatetimeField, TimeDeltaField, TimeField

Convert = Optional[Callable[[Any], Any]]
_INT64 = 1 << 63


def bind_encoder(field: Field[Any], backend: Backend) -> Convert:
    """What makes a field's Python value one that the driver binds; never called with None."""
    return chained(field.encoding, backend.converters(field.sql_type(backend.clock))[0])


def own_encoder(field: Field[Any], backend: Backend) -> Callable[[Any, Any], Any]:
    """(value, instance or model) -> what is bound, for a field whose class has a `to_db_value` of its own."""
    encode = backend.converters(field.sql_type(backend.clock))[0]
    native, optional = field.field_type, field.null or field.generated

    def convert(value: Any, instance: Any) -> Any:
        refuse_unknown(field, value)
        try:
            value = field.to_db_value(value, instance)
            if encode is not None and isinstance(value, native):
                value = encode(value)
            refuse_nul(value, backend)
        except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
            raise field.invalid(error) from error
        if value is None and not optional:
            raise field.invalid("Value must not be None")
        return value

    return convert


def operand_encoder(field: Field[Any], backend: Backend, label: Optional[str] = None) -> Callable[[Any], Any]:
    """For a value that a column is compared with: converted, but neither rounded nor cut to the column's size.

    `label` says what is compared, for messages (default: model and field).
    """
    if field.overrides("to_db_value"):
        own, model = own_encoder(field, backend), field.model
        return lambda value: own(value, model)
    encode, clock = bind_encoder(field, backend), backend.clock

    def convert(value: Any) -> Any:
        try:
            refuse_expression(value)
            value = field.convert(value, clock)
            if type(value) is int and not -_INT64 <= value < _INT64:
                raise ValueError(f"{shown(value)} does not fit 64 bits")
            refuse_nul(value, backend)
            refuse_nan(value, backend)
        except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
            raise ValidationError(
                f"{label or field.label}: cannot be compared with {shown(value)}: {said(error)}"
            ) from error
        return value if encode is None else encode(value)

    shortcut = _SHORTCUTS.get(type(field)) if encode is None else None
    return convert if shortcut is None else shortcut(convert, backend)


def text_operand(label: str, backend: Backend) -> Callable[[Any], str]:
    """For text that is looked for in a column of any type; `label` names the column in messages."""

    def convert(value: Any) -> str:
        try:
            refuse_expression(value)
            text = text_of(value.value if isinstance(value, Enum) else value)
            refuse_nul(text, backend)
        except Exception as error:  # whatever the text of a user's object raises
            raise ValidationError(f"{label}: cannot be compared with {shown(value)}: {said(error)}") from error
        return text

    return _plain_text(convert, backend)


#: what is wrong with a value that was left to the database
UNKNOWN = "the database gives the value, which was not fetched: call refresh_from_db() first"


def refuse_expression(value: Any) -> None:
    """Raise TypeError for an expression among values, as in a list, and for what stands for an unknown value."""
    if isinstance(value, DatabaseDefault):
        raise TypeError(UNKNOWN)
    if isinstance(value, Computed):
        raise TypeError("an expression cannot stand among values; join conditions by Q instead")


def refuse_unknown(field: Field[Any], value: Any) -> None:
    """Raise ValidationError for what stands for a value that was left to the database and not fetched."""
    if isinstance(value, DatabaseDefault):
        raise field.invalid(UNKNOWN)


def refuse_nan(value: Any, backend: Backend) -> None:
    """Raise ValueError for NaN where the server has none."""
    if type(value) in (float, Decimal) and value != value and not backend.capabilities.float_nan:
        raise ValueError(f"{backend.dialect.name} knows no NaN")


#: fields that convert what an expression without a field of its own is compared with, by its type
_STAND_INS: dict[type, Field[Any]] = {
    types.Integer: BigIntField(),
    types.Float: FloatField(),
    types.Numeric: DecimalField(max_digits=1, decimal_places=0),
    types.Varchar: TextField(),
    types.Text: TextField(),
    types.Boolean: BooleanField(),
    types.Timestamp: DatetimeField(),
    types.Date: DateField(),
    types.Time: TimeField(),
    types.Duration: TimeDeltaField(),
    types.Binary: BinaryField(),
    types.Uuid: UUIDField(),
}


def stand_in(sql_type: Optional[types.SqlType]) -> Optional[Field[Any]]:
    """A field that converts values of a type; None for types that take values as they are."""
    return next((_STAND_INS[cls] for cls in type(sql_type).__mro__ if cls in _STAND_INS), None)


def refuse_nul(value: Any, backend: Backend) -> None:
    """Raise ValueError for text with a NUL character where the server has no such text."""
    if type(value) is str and "\0" in value and not backend.capabilities.nul_in_text:
        raise ValueError(f"{backend.dialect.name} knows no text with a NUL character")


def _whole_number(convert: Callable[[Any], Any], backend: Backend) -> Callable[[Any], Any]:
    """`convert`, but for the whole numbers that it would give back as they are."""

    def shortcut(value: Any) -> Any:
        return value if type(value) is int and -_INT64 <= value < _INT64 else convert(value)

    return shortcut


def _plain_text(convert: Callable[[Any], Any], backend: Backend) -> Callable[[Any], Any]:
    """`convert`, but for text that it would give back as it is."""

    def shortcut(value: Any) -> Any:
        return value if type(value) is str and value.isascii() else convert(value)

    def shortcut_without_nul(value: Any) -> Any:
        return value if type(value) is str and value.isascii() and "\0" not in value else convert(value)

    return shortcut if backend.capabilities.nul_in_text else shortcut_without_nul


#: binding is on the path of every query; a user's own field class is not among these
_SHORTCUTS: dict[type, Callable[[Callable[[Any], Any], Backend], Callable[[Any], Any]]] = {
    IntField: _whole_number,
    BigIntField: _whole_number,
    SmallIntField: _whole_number,
    CharField: _plain_text,
    TextField: _plain_text,
}


def store_encoder(field: Field[Any], backend: Backend) -> Callable[[Any], Any]:
    """For a value to be stored: converted, checked and encoded; None only where the column allows it."""
    if field.overrides("to_db_value"):
        own, model = own_encoder(field, backend), field.model
        return lambda value: own(value, model)
    encode, adapt = bind_encoder(field, backend), adapter(field, backend)

    def convert(value: Any) -> Any:
        value = adapt(value)
        return value if encode is None or value is None else encode(value)

    return convert


def adapter(field: Field[Any], backend: Backend) -> Callable[[Any], Any]:
    """From whatever an attribute holds to a value that the column can take. Raises ValidationError."""
    clock = backend.clock

    def adapt(value: Any) -> Any:
        if value is None:
            if field.null or field.generated:
                return None
            raise field.invalid("Value must not be None")
        refuse_unknown(field, value)
        try:
            value = field.check(field.convert(value, clock))
            refuse_nul(value, backend)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise field.invalid(error) from error
        if not backend.capabilities.float_nan and value != value:
            raise field.invalid(f"NaN cannot be stored by {backend.dialect.name}")
        field.run_validators(value)
        return value

    return adapt


def decoder(field: Field[Any], backend: Backend) -> Convert:
    """From a value of a row to the attribute's; never called with None."""
    if field.overrides("to_python_value"):
        return field.to_python_value
    return chained(_stored_decoder(field.sql_type(backend.clock), backend), field.decoding)


def _stored_decoder(sql_type: types.SqlType, backend: Backend) -> Convert:
    """From a value of a row to one of the column's type, moments in the configured zone."""
    if isinstance(sql_type, types.Array):
        decode = _stored_decoder(sql_type.item, backend)
        return None if decode is None else each(decode)
    decode = backend.converters(sql_type)[1]
    if isinstance(sql_type, types.Timestamp) and backend.clock.use_tz:
        return _localised(decode, backend.clock.zone)
    return decode


def _localised(decode: Convert, zone: dt.tzinfo) -> Convert:
    """`decode`, and the moment moved into `zone` where that is not where it is already."""
    if zone is UTC:
        return decode

    def localised(value: Any) -> dt.datetime:
        moment: dt.datetime = value if decode is None else decode(value)
        try:
            return moment.astimezone(zone)
        except OverflowError:
            return moment  # an end of Python's range, beyond which there is no other zone

    return localised
