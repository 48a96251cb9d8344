"""Making models ready: targets found, key columns added, reverse sides attached."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.schema.columns_of import check_ordering
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import AnyField
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    DeclaredRelation,
    ForeignKeyFieldInstance,
    ManyToManyFieldInstance,
    Relation,
)

Model = type[Record]


class Apps:
    """The models of one context: app label -> model name -> class."""

    def __init__(self) -> None:
        self._apps: dict[str, dict[str, Model]] = {}

    def add(self, label: str, models: Iterable[Model]) -> None:
        """Put `models` under the app `label`. Raises ConfigurationError for two models of one name."""
        app = self._apps.setdefault(label, {})
        for model in models:
            known = app.setdefault(model.__name__, model)
            if known is not model:
                both = f"in {known.__module__} and {model.__module__}"
                raise ConfigurationError(f'app "{label}" has two models called {model.__name__}: {both}')
            model._meta.app = label

    def models(self) -> list[Model]:
        """Every model, in the order they were added."""
        return [model for app in self._apps.values() for model in app.values()]

    def get_model(self, label: str, name: str) -> Model:
        """The model `label`.`name`. Raises ConfigurationError."""
        try:
            return self._apps[label][name]
        except KeyError:
            known = [f"{app}.{model}" for app, models in self._apps.items() for model in models]
            wanted = f"{label}.{name}"
            raise ConfigurationError(f'No model "{wanted}".{did_you_mean(wanted, known)}') from None

    def __getitem__(self, label: str) -> dict[str, Model]:
        return self._apps[label]

    def __iter__(self) -> Any:
        return iter(self._apps)

    def items(self) -> Any:
        """(label, models by name) of every app."""
        return self._apps.items()

    def get(self, label: str, default: Any = None) -> Any:
        """The models of an app by name, or `default`."""
        return self._apps.get(label, default)

    def __contains__(self, label: object) -> bool:
        return label in self._apps

    def make_ready(self) -> None:
        """Resolve every relation of every model. May be called again with more models."""
        models = self.models()
        for model in models:
            _add_key_columns(self, model)
        for model in models:
            for relation in list(model._meta.relations()):
                if isinstance(relation, ManyToManyFieldInstance) and relation.mirror is None:
                    _link(self, relation)
        for model in models:
            check_ordering(model._meta)

    def target(self, relation: DeclaredRelation) -> Model:
        """The class a relation points to. Raises ConfigurationError."""
        if not isinstance(relation.target, str):
            return relation.target
        label, _, name = relation.target.partition(".")
        try:
            return self.get_model(label, name)
        except ConfigurationError as error:
            raise ConfigurationError(f"{relation.label}: {error}") from None


def _add_key_columns(apps: Apps, model: Model) -> None:
    """Resolve the foreign keys of `model`, those of their targets first, as keys may be made of keys."""
    meta = model._meta
    pending = [r for r in meta.relations() if isinstance(r, ForeignKeyFieldInstance) and not r.pairs]
    if not pending:
        return
    fields: dict[str, AnyField] = {}
    for name, field in list(meta.fields_map.items()):
        fields[name] = field
        if isinstance(field, ForeignKeyFieldInstance) and not field.pairs:
            field.related_model = apps.target(field)
            raw = _key_column(field, field.related_model._meta.pk)
            field.pairs = ((raw, field.related_model._meta.pk),)
            fields[raw.model_field_name] = raw
    meta.fields_map = fields
    meta.changed()
    for key in pending:
        _attach_backward(key)


def _key_column(relation: ForeignKeyFieldInstance[Any], target: Field[Any]) -> Field[Any]:
    """The column that holds a foreign key: of the target's type, with the relation's options."""
    raw = copy.copy(target)
    raw.model, raw.model_field_name = relation.model, f"{relation.model_field_name}_id"
    raw.source_field = relation.source_field
    raw.pk = raw.generated = raw.unique = False
    raw.null, raw.index, raw.default = relation.null, relation.index, relation.default
    raw.automatic = (False, False)
    raw.validators, raw.description = [], relation.description
    return raw


def _attach_backward(forward: ForeignKeyFieldInstance[Any]) -> None:
    if forward.related_name is False:
        return
    back = BackwardFKRelation(forward)
    back.related_model = forward.model
    back.pairs = tuple((far, own) for own, far in forward.pairs)
    name = str(forward.related_name or f"{forward.model._meta.db_table}s")
    _attach(forward.related_model, name, back, forward)


def _link(apps: Apps, relation: ManyToManyFieldInstance) -> None:
    """Name the table between two models, and mirror the relation on the other side."""
    own, far = relation.model._meta, apps.target(relation)._meta
    relation.related_model = far.model
    relation.through = relation.through or f"{own.db_table}_{far.db_table}"
    suffix = "_rel_id" if own is far else "_id"
    relation.backward_key = relation.backward_key or f"{own.db_table}{suffix}"
    relation.forward_key = relation.forward_key or f"{far.name.lower()}_id"
    relation.own_key, relation.far_key = own.key, far.key
    relation.own_columns, relation.far_columns = (relation.backward_key,), (relation.forward_key,)
    mirror = copy.copy(relation)
    mirror.generated, mirror.mirror, relation.mirror = True, relation, mirror
    mirror.related_model = own.model
    mirror.own_key, mirror.far_key = relation.far_key, relation.own_key
    mirror.own_columns, mirror.far_columns = relation.far_columns, relation.own_columns
    if relation.related_name is not False:
        _attach(far.model, str(relation.related_name or f"{own.db_table}s"), mirror, relation)


def _attach(model: Model, name: str, relation: Relation, declared: Relation) -> None:
    """Make `relation` the attribute `name` of `model`. ConfigurationError if that name is taken."""
    meta = model._meta
    if name in meta.fields_map:
        raise ConfigurationError(
            f'{declared.label}: related_name "{name}" is already a field of {meta.name}; choose another one'
        )
    relation.model, relation.model_field_name = model, name
    meta.fields_map[name] = relation
    meta.changed()
    meta.install(relation)
