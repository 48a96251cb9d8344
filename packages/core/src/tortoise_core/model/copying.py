"""Instances made from other instances, from values that need no check, and changed by a mapping."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from tortoise_core.base.errors import ConfigurationError, NullNotAllowedError, ParamsError
from tortoise_core.load.hydrate import cache_attribute
from tortoise_core.model.construct import argument_converter
from tortoise_core.model.state import slot_values
from tortoise_core.schema.fields.base import Field, told
from tortoise_core.schema.keys import key_parts
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance
from tortoise_core.session.origin import UNKNOWN

T = TypeVar("T", bound=Record)
#: stands for a key that was not given
KEEP_NONE: Any = type("KeepNone", (), {"__repr__": lambda self: "<generated>"})()


def blank(cls: type[T]) -> T:
    """An instance without values, not even those of a default."""
    instance = object.__new__(cls)
    instance._origin = instance._loaded = None
    return instance


def constructed(cls: type[T], saved: bool, values: Mapping[str, Any]) -> T:
    """An instance with `values` as they are, unchecked, and the defaults for what is missing."""
    instance = blank(cls)
    wanted = _attributes(cls, values)
    for field in cls._meta.columns:
        setattr(instance, field.model_field_name, _default(field))
    for name, value in wanted.items():
        setattr(instance, name, value)
    if saved:
        instance._origin = UNKNOWN
    return instance


def _attributes(cls: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by attribute. Raises FieldError for unknown names, ConfigurationError for relations to many."""
    meta = cls._meta
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = meta.fields_map.get(name)
        if name == "pk":
            found.update(zip([key.model_field_name for key in meta.key], _parts(meta, value)))
            continue
        if field is None:
            raise meta.unknown(name, more=("pk",))
        if not isinstance(field, (Field, ForeignKeyFieldInstance)):
            raise ConfigurationError(f"{field.label} is a relation to many rows: add them once the object is saved")
        found[field.model_field_name] = value
    return found


def _default(field: Field[Any]) -> Any:
    default = field.get_db_default_value() if field.default is None else field.default
    return default() if callable(default) else copy.deepcopy(default)


def update_values(instance: Record, values: Mapping[str, Any]) -> None:
    """Set attributes from a mapping: all of them, or none if one does not fit.

    Raises FieldError, ConfigurationError, and ValidationError, for None where a field takes none as well.
    """
    fields = instance._meta.fields_map
    found = _attributes(type(instance), values)
    for name, value in found.items():
        field = fields[name]
        if isinstance(field, Field):
            found[name] = argument_converter(field)(value)
        elif value is None and not field.null:
            raise NullNotAllowedError(told(field, "None was given, and the relation is not null=True"))
    # a foreign key and its column may both be given; the row, which is checked, comes last
    for name in sorted(found, key=lambda name: not isinstance(fields[name], Field)):
        setattr(instance, name, found[name])


def cloned(instance: T, pk: Any) -> T:
    """A copy that is not saved. Raises ParamsError if no key is given to a model that makes none."""
    cls = type(instance)
    meta = cls._meta
    fetched = {cache_attribute(name) for name in (*meta.fk_fields, *meta.o2o_fields)}
    other = blank(cls)
    for name, value in slot_values(instance).items():
        setattr(other, name, value if name in fetched else copy.deepcopy(value))
    parts = [_new_key(field) for field in meta.key] if pk is KEEP_NONE else _parts(meta, pk)
    for field, part in zip(meta.key, parts):
        setattr(other, field.model_field_name, part)
    return other


def _parts(meta: MetaInfo, key: Any) -> tuple[Any, ...]:
    names = [field.model_field_name for field in meta.key]
    return (key,) if len(names) == 1 else key_parts(key, names, f"{meta.name}.pk")


def _new_key(field: Field[Any]) -> Any:
    if field.generated:
        return None
    if field.default is None:
        raise ParamsError(f"{field.label} is not generated: give clone(pk=...) the new key")
    return _default(field)
