"""Making models ready: targets found, key columns added, reverse sides attached."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean
from tortoise_core.schema.columns_of import check_ordering
from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import AnyField, MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    BackwardOneToOneRelation,
    DeclaredRelation,
    ForeignKeyFieldInstance,
    ManyToManyFieldInstance,
    OnDelete,
    OneToOneFieldInstance,
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

    def get_model(self, app_label: str, model_name: str) -> Model:
        """The model `app_label`.`model_name`. Raises ConfigurationError."""
        try:
            return self._apps[app_label][model_name]
        except KeyError:
            known = [f"{app}.{model}" for app, models in self._apps.items() for model in models]
            wanted = f"{app_label}.{model_name}"
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

    def keys(self) -> Any:
        """The labels of all apps."""
        return self._apps.keys()

    def values(self) -> Any:
        """The models by name, app by app."""
        return self._apps.values()

    def get_models_iterable(self) -> Iterable[Model]:
        """Every model, in the order they were added."""
        return self.models()

    def get_model_reference(self, model: Any) -> str:
        """ "app.Model" of a class. Raises ConfigurationError for one that is not among these."""
        found = next(
            (f"{label}.{name}" for label, its in self.items() for name, one in its.items() if one is model), ""
        )
        if not found:
            raise ConfigurationError(f"{model!r} is no model of these apps")
        return found

    def clear(self) -> None:
        """Forget all models."""
        self._apps.clear()

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
            if not issubclass(relation.target, Record):
                raise ConfigurationError(f"{relation.label}: {relation.target.__name__} is no model")
            return relation.target
        label, _, name = relation.target.partition(".")
        try:
            return self.get_model(label, name)
        except ConfigurationError as error:
            raise ConfigurationError(f"{relation.label}: {error}") from None


def _add_key_columns(apps: Apps, model: Model) -> None:
    """Resolve the foreign keys of `model`, put their columns behind them, and give the targets their reverse sides."""
    meta = model._meta
    pending = [r for r in meta.relations() if isinstance(r, ForeignKeyFieldInstance) and not r.attached]
    for key in pending:
        _resolve(apps, key, ())
    if pending:
        meta.fields_map = _with_key_columns(meta)
        meta.changed()
    for key in pending:
        key.attached = True
        meta.install(key)
        _attach_backward(key)


def _with_key_columns(meta: MetaInfo) -> dict[str, AnyField]:
    """The fields of a model, the columns of each foreign key behind it."""
    fields: dict[str, AnyField] = {}
    for name, field in meta.fields_map.items():
        fields[name] = field
        for own, _ in field.pairs if isinstance(field, ForeignKeyFieldInstance) else ():
            if meta.fields_map.get(own.model_field_name, own) is not own:
                raise ConfigurationError(f"{own.label} is the column of {field.label}; call the other field otherwise")
            fields[own.model_field_name] = own
    return fields


def _resolve(apps: Apps, relation: ForeignKeyFieldInstance[Any], waiting: tuple[str, ...]) -> None:
    """Find the columns of a foreign key: those of its target first, as keys may be made of keys."""
    if relation.pairs:
        return
    if relation.label in waiting:
        raise ConfigurationError(f"the primary keys {', '.join(waiting)} are made of each other")
    target = apps.target(relation)
    waiting = (*waiting, relation.label)
    fields = [field for name in _referred(relation, target) for field in _made(apps, target, name, waiting)]
    if len(fields) > 1 and relation.column_given is not None:
        raise ConfigurationError(
            f"{relation.label}: source_field names one column, but the key of {target.__name__} has {len(fields)}"
        )
    raw = [_key_column(relation, field, at, len(fields)) for at, field in enumerate(fields)]
    relation.connect(target, tuple(zip(raw, fields)))


def _referred(relation: ForeignKeyFieldInstance[Any], target: Model) -> tuple[str, ...]:
    """Names of what `relation` refers to in its target. Raises ConfigurationError for a bad `to_field`."""
    meta, name = target._meta, relation.to_field
    if name is None:
        if len(meta.key_names) == 1 and isinstance(meta.fields_map[meta.key_names[0]], Field):
            relation.to_field = meta.key_names[0]
        return meta.key_names
    found = meta.fields_map.get(name)
    if found is None:
        hint = did_you_mean(name, meta.fields_map)
        raise ConfigurationError(f'{relation.label}: to_field: {meta.name} has no field "{name}".{hint}')
    if (isinstance(found, Field) and found.unique) or meta.key_names == (name,):
        return (name,)
    raise ConfigurationError(f'{relation.label}: to_field "{meta.name}.{name}" must be a unique field')


def _made(apps: Apps, model: Model, name: str, waiting: tuple[str, ...]) -> list[Field[Any]]:
    """The columns of a field, or of a foreign key that is resolved for it."""
    found = model._meta.fields_map[name]
    if isinstance(found, Field):
        return [found]
    assert isinstance(found, ForeignKeyFieldInstance)
    _resolve(apps, found, waiting)
    return [own for own, _ in found.pairs]


def _key_column(relation: ForeignKeyFieldInstance[Any], target: Field[Any], at: int, width: int) -> Field[Any]:
    """The column that holds (part `at` of) a foreign key: of the target's type, with the relation's options."""
    raw = copy.copy(target)
    suffix = "id" if width == 1 else target.model_field_name
    raw.model, raw.model_field_name = relation.model, f"{relation.model_field_name}_{suffix}"
    raw.source_field = relation.column_given
    raw.generated = False
    raw.pk, raw.relation = relation.pk, relation
    raw.unique = relation.unique and width == 1
    raw.null, raw.index = relation.null, relation.index or raw.unique
    default = relation.default
    raw.default = default[at] if width > 1 and isinstance(default, tuple) else default
    raw.automatic, raw.db_default = (False, False), relation.db_default
    if relation.on_delete is OnDelete.SET_DEFAULT and raw.db_default is DB_DEFAULT_NOT_SET:
        # the server falls back on a default of its own
        raw.db_default = raw.default
    raw.computation = None
    raw.validators, raw.description, raw.docstring = [], None, None
    return raw


def _attach_backward(forward: ForeignKeyFieldInstance[Any]) -> None:
    if forward.related_name is False:
        return
    kind = BackwardOneToOneRelation if isinstance(forward, OneToOneFieldInstance) else BackwardFKRelation
    back: BackwardFKRelation[Any] = kind(forward)
    back.connect(forward.model, tuple((far, own) for own, far in forward.pairs))
    name = str(forward.related_name or f"{forward.model._meta.db_table}s")
    _attach(forward.related_model, name, back, forward)


def _link(apps: Apps, relation: ManyToManyFieldInstance) -> None:
    """Name the table between two models, and mirror the relation on the other side."""
    own, far = relation.model._meta, apps.target(relation)._meta
    relation.related_model = far.model
    relation.through = relation.through or f"{own.db_table}_{far.db_table}"
    relation.forward_key = relation.forward_key or f"{far.name.lower()}_id"
    if not relation.backward_key:
        plain = f"{own.db_table}_id"
        relation.backward_key = plain if plain != relation.forward_key else f"{own.db_table}_rel_id"
    relation.own_key, relation.far_key = own.key, far.key
    relation.own_columns = _link_columns(relation.backward_key, own.key)
    relation.far_columns = _link_columns(relation.forward_key, far.key)
    if {*relation.own_columns} & {*relation.far_columns}:
        raise ConfigurationError(f"{relation.label}: forward_key and backward_key must differ")
    relation.own_of, relation.far_of = own.key_of, far.key_of
    mirror = copy.copy(relation)
    mirror.generated, mirror.mirror, relation.mirror = True, relation, mirror
    mirror.related_model, mirror.related_name = own.model, relation.model_field_name
    mirror.own_key, mirror.far_key = relation.far_key, relation.own_key
    mirror.own_of, mirror.far_of = relation.far_of, relation.own_of
    mirror.own_columns, mirror.far_columns = relation.far_columns, relation.own_columns
    mirror.forward_key, mirror.backward_key = relation.backward_key, relation.forward_key
    mirror.model, mirror.model_field_name = far.model, ""
    if relation.related_name is not False:
        _attach(far.model, str(relation.related_name or f"{own.db_table}s"), mirror, relation)


def _link_columns(given: str, key: tuple[Field[Any], ...]) -> tuple[str, ...]:
    """The columns of a link table for one side: the one `given`, or for several ``<x>_<key field>`` each."""
    if len(key) == 1:
        return (given,)
    stem = given[:-3] if given.endswith("_id") else given
    return tuple([f"{stem}_{field.model_field_name}" for field in key])


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
