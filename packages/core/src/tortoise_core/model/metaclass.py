"""Turning a class body with fields into a model: slots for columns, a MetaInfo, descriptors for relations."""

from __future__ import annotations

import copy
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean, shown
from tortoise_core.load.hydrate import cache_attribute
from tortoise_core.model.attributes import install
from tortoise_core.model.by_key import one_by_key
from tortoise_core.model.manager import bind_managers
from tortoise_core.model.options import read_options
from tortoise_core.schema.codegen import attribute
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fields.data import IntField
from tortoise_core.schema.meta import AnyField, MetaInfo
from tortoise_core.schema.relations import BackwardFKRelation, ForeignKeyFieldInstance, Relation

T = TypeVar("T")


class ModelMeta(type):
    """The metaclass of all models."""

    def __getitem__(cls: type[T], key: Any) -> Coroutine[Any, Any, T]:
        """``await Model[pk]``: the row of a key. Raises ObjectDoesNotExistError, which is a KeyError too."""
        found: Coroutine[Any, Any, T] = one_by_key(cls.all(), key)  # type: ignore[attr-defined]  # Model's own
        return found

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> ModelMeta:
        if not any(isinstance(base, ModelMeta) for base in bases):
            return super().__new__(mcs, name, bases, attrs)
        own = _take_fields(attrs)
        # what a class body says of a name goes before a field of its bases: `name = None` takes that field away
        fields = {**{key: field for key, field in _inherited(bases).items() if key not in attrs}, **own}
        meta = read_options(name, bases, attrs)
        if not meta.abstract:
            fields = _with_key(name, fields, meta.declared_key)
            meta.key_names = meta.declared_key or tuple([key for key, field in fields.items() if _is_key(field)])
            _check_names(name, bases, fields)
        cls = _make_class(mcs, name, bases, attrs, _slots(bases, fields, meta.abstract))
        _bind(cls, meta, fields)
        bind_managers(cls, meta.manager, bases, attrs)
        return cls


def _take_fields(attrs: dict[str, Any]) -> dict[str, AnyField]:
    """The fields and relations of a class body, taken out of it."""
    fields = {key: value for key, value in attrs.items() if isinstance(value, (Field, Relation))}
    for key in fields:
        del attrs[key]
    return fields


def _inherited(bases: Iterable[type]) -> dict[str, AnyField]:
    """Copies of the fields of all bases: models, abstract models and plain mixins."""
    fields: dict[str, AnyField] = {}
    for base in reversed(list(bases)):
        for cls in reversed(base.__mro__):
            found = cls.__dict__["_meta"].fields_map if "_meta" in cls.__dict__ else cls.__dict__
            for key in [key for key in fields if key in cls.__dict__ and key not in found]:
                del fields[key]
            declared = {k: v for k, v in found.items() if isinstance(v, (Field, Relation)) and not _added_later(v)}
            fields.update({key: _fresh(value) for key, value in declared.items()})
    return fields


def _added_later(field: AnyField) -> bool:
    """True for what was not in a class body: reverse sides, and the columns of foreign keys."""
    if isinstance(field, Field):
        return field.relation is not None
    return isinstance(field, BackwardFKRelation) or field.generated


def _fresh(field: AnyField) -> AnyField:
    """A copy for a model that inherits a field."""
    return copy.copy(field) if isinstance(field, Field) else field.unconnected()


def _is_key(field: AnyField) -> bool:
    return isinstance(field, (Field, ForeignKeyFieldInstance)) and field.pk


def _with_key(name: str, fields: dict[str, AnyField], declared: tuple[str, ...]) -> dict[str, AnyField]:
    """`fields` with the primary key that a model without one gets; `declared` is what Meta.primary_key names."""
    keys = [key for key, field in fields.items() if _is_key(field)]
    if declared:
        _check_declared_key(name, fields, declared, keys)
        return fields
    if len(keys) > 1:
        raise ConfigurationError(
            f"Can't create model {name} with two primary keys, only single primary key is supported: "
            f"name the fields of one key in Meta.primary_key = {tuple(keys)!r} instead"
        )
    if keys:
        return fields
    if "id" in fields:
        raise ConfigurationError(f"{name}.id is not the primary key: declare it primary_key=True or name another one")
    return {"id": IntField(primary_key=True), **fields}


def _check_declared_key(name: str, fields: dict[str, AnyField], declared: tuple[str, ...], keys: list[str]) -> None:
    """Raise ConfigurationError unless Meta.primary_key names fields that can be a key together."""
    where = f"{name}.Meta.primary_key"
    if keys:
        raise ConfigurationError(f"{name}.{keys[0]} is declared primary_key=True and {where} is given: use one of them")
    if len(set(declared)) < len(declared):
        raise ConfigurationError(f"{where} names a field twice: {shown(declared)}")
    for key in declared:
        field = fields.get(key)
        if field is None:
            raise ConfigurationError(f'{where}: {name} has no field "{key}".{did_you_mean(key, fields)}')
        if not isinstance(field, (Field, ForeignKeyFieldInstance)):
            raise ConfigurationError(f"{where}: {name}.{key} has no column that could be part of a key")
        if field.null:
            raise ConfigurationError(f"{where}: {name}.{key} is null=True, which no part of a primary key can be")


#: ways to start a query that nothing here relies on: a field of the same name leaves `Model.all().last()` and the like
HIDEABLE = frozenset({"earliest", "last", "latest", "raw"})


def _check_names(name: str, bases: tuple[type, ...], fields: dict[str, AnyField]) -> None:
    """Refuse field names that an attribute of Model has, or that paths could not be told apart by."""
    for key in fields:
        attribute(key)
        used = any(getattr(base, key, None) is not None and not _is_column(base, key) for base in bases)
        taken = key == "pk" or (used and key not in HIDEABLE)
        if taken or "__" in key or key.startswith("_"):
            raise ConfigurationError(f'{name}: a field cannot be called "{key}"')


def _is_column(base: type, key: str) -> bool:
    meta = getattr(base, "_meta", None)
    is_field = isinstance(getattr(base, key, None), (Field, Relation))
    return is_field or (isinstance(meta, MetaInfo) and key in meta.fields_map)


def _slots(bases: tuple[type, ...], fields: dict[str, AnyField], abstract: bool) -> tuple[str, ...]:
    """A slot for each column and each fetched foreign key, if no base has it already. Abstract models have none."""
    if abstract:
        return ()
    names: list[str] = []
    for key, field in fields.items():
        if isinstance(field, Field):
            names.append(key)
        elif isinstance(field, ForeignKeyFieldInstance):
            names += [f"{key}_id", cache_attribute(key)]
    present = {slot for base in bases for cls in base.__mro__ for slot in cls.__dict__.get("__slots__", ())}
    return tuple([name for name in names if name not in present])


def _make_class(
    mcs: type[ModelMeta], name: str, bases: tuple[type, ...], attrs: dict[str, Any], slots: tuple[str, ...]
) -> ModelMeta:
    try:
        return type.__new__(mcs, name, bases, {**attrs, "__slots__": slots})
    except TypeError as error:
        if "lay-out" not in str(error):
            raise
        # two bases with slots of their own cannot be joined: this class keeps its columns in __dict__
        return type.__new__(mcs, name, bases, {**attrs, "__slots__": ()})


def _bind(cls: Any, meta: MetaInfo, fields: dict[str, AnyField]) -> None:
    """Tell the fields whose they are, and put the attributes of relations into the class."""
    meta.model, meta.fields_map = cls, fields
    cls._meta = meta
    for base in cls.__mro__[1:]:
        _uninstall_init(base)
    meta.install = lambda field: _install(cls, field)
    for key, field in fields.items():
        field.model, field.model_field_name = cls, key
        if isinstance(field, Relation) and not meta.abstract:
            meta.install(field)


def _install(cls: Any, field: AnyField) -> None:
    """Make a class fit for a field it has got: the attribute of a relation, and ``__init__`` written anew."""
    if isinstance(field, Relation):
        install(cls, field)
    elif vars(cls).get("_generated_init") is not None:
        _uninstall_init(cls)
        del cls._generated_init


def _uninstall_init(cls: Any) -> None:
    """Take a generated ``__init__`` out of a class: subclasses would inherit it, and it knows not their fields."""
    generated = vars(cls).get("_generated_init")
    if generated is not None and vars(cls).get("__init__") is generated:
        del cls.__init__
