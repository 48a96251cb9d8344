"""What outside code reads of a model: names and mappings derived from its fields, made anew at each reading."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NoReturn, Optional

from tortoise_core.base.errors import FieldError, UnSupportedError
from tortoise_core.base.timezone import current_clock
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.fitting import lookups_for
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    BackwardOneToOneRelation,
    ForeignKeyFieldInstance,
    ManyToManyFieldInstance,
    OneToOneFieldInstance,
    Relation,
)
from tortoise_core.schema.together import Order, directed
from tortoise_core.session.context import executor_of
from tortoise_core.session.executor import Executor


class MetaViews(ABC):
    """The derived part of MetaInfo. Nothing of the engine is read from here on the path of a query."""

    name: str
    app: Optional[str]
    model: type[Any]
    fields_map: dict[str, Any]
    ordering: tuple[str, ...]

    @property
    @abstractmethod
    def columns(self) -> tuple[Field[Any], ...]:
        """The column fields in table order."""

    @property
    @abstractmethod
    def pk(self) -> Field[Any]:
        """The primary key's field."""

    @property
    def full_name(self) -> str:
        """ "app.Model"."""
        return f"{self.app}.{self.name}"

    @property
    def fields(self) -> set[str]:
        """Names of all fields and relations."""
        return set(self.fields_map)

    @property
    def db_fields(self) -> set[str]:
        """Names of all columns."""
        return {field.column for field in self.columns}

    @property
    def fields_db_projection(self) -> dict[str, str]:
        """Attribute -> column."""
        return {field.model_field_name: field.column for field in self.columns}

    @property
    def fields_db_projection_reverse(self) -> dict[str, str]:
        """Column -> attribute."""
        return {field.column: field.model_field_name for field in self.columns}

    @property
    def db_pk_column(self) -> str:
        """The primary key's column; the first one of a composite key."""
        column: str = self.pk.column
        return column

    @property
    def generated_db_fields(self) -> tuple[str, ...]:
        """The columns that the database gives ascending keys."""
        return tuple([field.column for field in self.columns if field.generated])

    @property
    def db_default_fields(self) -> list[str]:
        """Names of the fields that the database has a default for."""
        return [field.model_field_name for field in self.columns if field.has_db_default()]

    @property
    def db_default_db_columns(self) -> tuple[str, ...]:
        """The columns of `db_default_fields`."""
        return tuple([field.column for field in self.columns if field.has_db_default()])

    @property
    def fetch_fields(self) -> set[str]:
        """Names of all relations."""
        return self._names(Relation)

    @property
    def fk_fields(self) -> set[str]:
        """Names of the foreign keys that are no one-to-one keys."""
        return self._names(ForeignKeyFieldInstance) - self.o2o_fields

    @property
    def o2o_fields(self) -> set[str]:
        """Names of the one-to-one keys."""
        return self._names(OneToOneFieldInstance)

    @property
    def backward_fk_fields(self) -> set[str]:
        """Names of the reverse sides of foreign keys."""
        return self._names(BackwardFKRelation) - self.backward_o2o_fields

    @property
    def backward_o2o_fields(self) -> set[str]:
        """Names of the reverse sides of one-to-one keys."""
        return self._names(BackwardOneToOneRelation)

    @property
    def m2m_fields(self) -> set[str]:
        """Names of the many-to-many relations."""
        return self._names(ManyToManyFieldInstance)

    def _names(self, kind: type) -> set[str]:
        return {name for name, field in self.fields_map.items() if isinstance(field, kind)}

    @property
    def db(self) -> Executor:
        """The connection of the model, or the open transaction on it. ConfigurationError before Tortoise.init."""
        return executor_of(self.model)

    @property
    def _default_ordering(self) -> tuple[tuple[str, Order], ...]:
        return directed(self.ordering)

    @property
    def filters(self) -> dict[str, dict[str, Any]]:
        """All conditions that the engine knows for the model's own columns, by key; values are as from `get_filter`."""
        clock = current_clock()
        named = [("pk", self.pk), *((field.model_field_name, field) for field in self.columns)]
        return {
            key: self.get_filter(key)
            for name, field in named
            for lookup in lookups_for(field.sql_type(clock))
            for key in (name if lookup == "exact" else f"{name}__{lookup}",)
        }

    def get_filter(self, key: str) -> dict[str, Any]:
        """What a filter key ``field__lookup`` is about: field, source_field, lookup. Raises FieldError."""
        name, _, lookup = key.partition("__")
        field = self.pk if name == "pk" else self.fields_map.get(name)
        if field is None:
            raise FieldError(f'Unknown filter param "{key}" for model "{self.name}"')
        column = field.column if isinstance(field, Field) else None
        return {"field": field.model_field_name, "source_field": column, "lookup": lookup or "exact"}

    @property
    def basequery(self) -> NoReturn:
        """Not here: an object of the query builder that this engine does not use. Raises UnSupportedError."""
        self._no_builder("basequery")

    @property
    def basetable(self) -> NoReturn:
        """Not here, as `basequery`."""
        self._no_builder("basetable")

    def _no_builder(self, what: str) -> NoReturn:
        raise UnSupportedError(
            f"{self.name}._meta.{what} belongs to a query builder that is not used any more; the table's name is in "
            f"_meta.db_table and _meta.schema, and {self.name}.filter(...) builds queries"
        )
