"""What is known of a model: its table, columns, key and relations."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Callable, Optional, Union

from tortoise_core.base.errors import ConfigurationError, FieldError
from tortoise_core.base.names import did_you_mean
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta_views import MetaViews
from tortoise_core.schema.relations import ForeignKeyFieldInstance, KeyOf, Relation

AnyField = Union[Field[Any], Relation]


class MetaInfo(MetaViews):
    """Read by everything above this floor; written only while models are defined and made ready."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.app: Optional[str] = None
        self.abstract = False
        self.db_table = ""
        self.schema: Optional[str] = None
        self.table_description: Optional[str] = None
        self.ordering: tuple[str, ...] = ()
        self.unique_together: tuple[tuple[str, ...], ...] = ()
        #: tuples of field names, and Index objects of a higher floor
        self.indexes: tuple[Any, ...] = ()
        #: UniqueConstraint and CheckConstraint objects of a higher floor
        self.constraints: tuple[Any, ...] = ()
        #: read the values of columns with a database default back after an insert
        self.fetch_db_defaults = True
        #: all fields and relations by attribute name
        self.fields_map: dict[str, AnyField] = {}
        self.model: type[Any] = object
        #: stands for the model in cache keys; a new one whenever columns or relations changed
        self.token = object()
        #: the manager that every query of the model starts from; None: all rows are seen
        self.manager: Any = None
        #: functions to run before and after instances are saved or deleted, by signal
        self.listeners: dict[Any, tuple[Callable[..., Any], ...]] = {}
        self._columns: Optional[tuple[Field[Any], ...]] = None
        #: names of the fields and foreign keys that the primary key is declared of
        self.key_names: tuple[str, ...] = ()
        #: the same if it was declared by Meta.primary_key, as keys of several columns are
        self.declared_key: tuple[str, ...] = ()
        self._key: Optional[tuple[Field[Any], ...]] = None
        self._key_of: Optional[KeyOf] = None
        #: makes the class fit for a field or relation; set by the floor that knows relation managers
        self.install: Callable[[AnyField], None] = lambda field: None

    # -- columns

    @property
    def columns(self) -> tuple[Field[Any], ...]:
        """The column fields in table order. ConfigurationError while a relation's target is unknown."""
        if self._columns is None:
            self._columns = self._find_columns()
        return self._columns

    def _find_columns(self) -> tuple[Field[Any], ...]:
        unresolved = [r.label for r in self.relations() if isinstance(r, ForeignKeyFieldInstance) and not r.pairs]
        if unresolved:
            raise _unready(", ".join(unresolved))
        return tuple(field for field in self.fields_map.values() if isinstance(field, Field))

    def changed(self) -> None:
        """Forget what was derived from the fields."""
        self._columns = self._key = self._key_of = None
        self.token = object()

    @property
    def key(self) -> tuple[Field[Any], ...]:
        """The fields of the primary key. ConfigurationError while one is a foreign key whose target is unknown."""
        if self._key is None:
            self._key = tuple([field for name in self.key_names for field in self._key_fields(name)])
        return self._key

    def _key_fields(self, name: str) -> list[Field[Any]]:
        found = self.fields_map[name]
        if isinstance(found, Field):
            return [found]
        if not found.pairs:
            raise _unready(found.label)
        return [own for own, _ in found.pairs]

    @property
    def key_of(self) -> KeyOf:
        """Reads the primary key of an instance: its value, or the tuple of its values if it has several columns."""
        if self._key_of is None:
            self._key_of = attrgetter(*[field.model_field_name for field in self.key])
        return self._key_of

    @property
    def pk(self) -> Field[Any]:
        """The primary key's field; the first one of a composite key. ConfigurationError for an abstract model."""
        if not self.key:
            raise ConfigurationError(f"{self.name} has no primary key: it is abstract")
        return self.key[0]

    @property
    def pk_attr(self) -> str:
        """The primary key's attribute."""
        name: str = self.pk.model_field_name
        return name

    @property
    def generated_key(self) -> Optional[Field[Any]]:
        """The key field that the database fills, if there is one."""
        key = self.key
        return key[0] if len(key) == 1 and key[0].generated else None

    def relations(self) -> Iterable[Relation]:
        """All relations of the model."""
        return [field for field in self.fields_map.values() if isinstance(field, Relation)]

    # -- changing a model that is not used yet

    def add_field(self, name: str, value: AnyField) -> None:
        """Give the model one more field or relation, before it is used. Raises ConfigurationError for a name taken."""
        if name in self.fields_map:
            raise ConfigurationError(f"Field {name} already present in meta of {self.name}")
        value.model, value.model_field_name = self.model, name
        self.fields_map[name] = value
        self.changed()
        self.install(value)

    def finalise_model(self) -> None:
        """Take note of fields that were put into `fields_map` by hand."""
        self.changed()

    def finalise_fields(self) -> None:
        """The same as `finalise_model`: all that is derived from the fields is derived when it is read."""
        self.changed()

    # -- look-ups with errors that help

    def relation(self, name: str) -> Relation:
        """The relation called `name`. Raises FieldError."""
        found = self.fields_map.get(name)
        if isinstance(found, Relation):
            return found
        if found is not None:
            raise FieldError(f"{self.name}.{name} is a field, not a relation")
        names = [relation.model_field_name for relation in self.relations()]
        raise FieldError(f'{self.name} has no relation "{name}".{did_you_mean(name, names)}')

    def unknown(self, name: str, what: str = "field", more: Iterable[str] = ()) -> FieldError:
        """The error for a name that the model does not have; `more` are further names that would do."""
        hint = did_you_mean(name.partition("__")[0], [*self.fields_map, *more])
        return FieldError(f'Unknown {what} "{name}" for model "{self.name}".{hint}')


def _unready(labels: str) -> ConfigurationError:
    return ConfigurationError(f"{labels}: the target is not known yet; call `await Tortoise.init(...)` first")
