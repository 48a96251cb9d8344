"""Rows by the values of a unique column: what `in_bulk` of models and of queries share."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Callable

from tortoise_core.base.errors import FieldError, MultipleObjectsReturned, ParamsError
from tortoise_core.base.names import shown
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import R, Record


def bulk_key(model: type[Record], field_name: str) -> tuple[str, Callable[[Any], Any]]:
    """(name of the condition, what reads a row's value) of a column, or of "pk", the whole key. Raises FieldError."""
    meta = model._meta
    field = meta.pk if field_name == "pk" else meta.fields_map.get(field_name)
    if field is None:
        raise meta.unknown(field_name, more=("pk",))
    if not isinstance(field, Field):
        raise FieldError(f"{field.label} is a relation; in_bulk takes the name of a column")
    if field_name == "pk":
        return "pk", meta.key_of
    return field.model_field_name, attrgetter(field.model_field_name)


def bulk_values(model: type[Record], values: Any) -> list[Any]:
    """The values asked for. Raises ParamsError for what is no list of them."""
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise ParamsError(f"{model.__name__}.in_bulk takes a list of values, not {shown(values)}")
    return list(values)


def by_value(model: type[R], rows: Iterable[R], value_of: Callable[[Any], Any], field_name: str) -> dict[Any, R]:
    """`rows` by their values. Raises MultipleObjectsReturned if two share one."""
    found: dict[Any, R] = {}
    for row in rows:
        value = value_of(row)
        if value in found:
            raise MultipleObjectsReturned(model, f"{model.__name__}.in_bulk: two rows have {field_name}={shown(value)}")
        found[value] = row
    return found
