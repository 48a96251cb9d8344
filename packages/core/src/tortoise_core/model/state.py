"""An instance's values in one mapping, though its columns live in slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tortoise_core.load.hydrate import cache_attribute
from tortoise_core.schema.record import Record

#: the instance's real dict, which `Model.__dict__` hides behind a view
_real_dict = Record.__dict__["__dict__"]


def own_dict(instance: Record) -> dict[str, Any]:
    """The attributes that are not columns: the user's own, and fetched relations to many."""
    found: dict[str, Any] = _real_dict.__get__(instance)
    return found


def slot_values(instance: Record) -> dict[str, Any]:
    """The columns and fetched foreign keys that have a value."""
    meta = instance._meta
    names = [field.model_field_name for field in meta.columns] + [
        cache_attribute(name) for name in (*meta.fk_fields, *meta.o2o_fields)
    ]
    missing = object()
    values = {name: getattr(instance, name, missing) for name in names}
    return {name: value for name, value in values.items() if value is not missing}


class InstanceDict(dict[str, Any]):
    """What ``vars(instance)`` gives: columns and other attributes. Changes go through to the instance."""

    __slots__ = ("_instance",)

    def __init__(self, instance: Record) -> None:
        super().__init__({**slot_values(instance), **own_dict(instance)})
        self._instance = instance

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        if name in self._instance._meta.fields_map:
            setattr(self._instance, name, value)
        else:
            # past any descriptor, as the real dict would be: cached_property stores its value here
            own_dict(self._instance)[name] = value

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        if own_dict(self._instance).pop(name, self) is self:
            delattr(self._instance, name)

    def update(self, *args: Any, **kwargs: Any) -> None:
        values: Mapping[str, Any] = dict(*args, **kwargs)
        for name, value in values.items():
            self[name] = value

    def setdefault(self, name: str, default: Any = None) -> Any:
        if name not in self:
            self[name] = default
        return self[name]

    def pop(self, name: str, *default: Any) -> Any:
        value = super().pop(name, *default)
        if own_dict(self._instance).pop(name, self) is self and hasattr(self._instance, name):
            delattr(self._instance, name)
        return value
