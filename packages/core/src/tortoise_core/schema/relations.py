"""Relations between models: declared on one side, mirrored on the other.

A key is a tuple of fields and a relation is a tuple of field pairs, so that keys of several columns are no
special case.
"""

from __future__ import annotations

import copy
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, Generic, Optional, TypeVar, Union, overload

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET, check_db_default
from tortoise_core.schema.deferring import check_deferrable
from tortoise_core.schema.field_docs import Documented
from tortoise_core.schema.fields.base import Field, unknown_arguments
from tortoise_core.schema.fields.columnless import Columnless

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import LinkOptions, RelationOptions

#: the model that a relation leads to
M = TypeVar("M")
Self = TypeVar("Self", bound="Relation")
#: from an instance to the key it holds
KeyOf = Callable[[Any], Any]
#: (field on this side, field on the other side)
Pairs = tuple[tuple[Field[Any], Field[Any]], ...]


class OnDelete(str, Enum):
    """What happens to rows whose target is deleted."""

    CASCADE = "CASCADE"
    RESTRICT = "RESTRICT"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"
    NO_ACTION = "NO ACTION"


class Relation(Columnless, Documented):
    """Base of all relations. `pairs` and `related_model` are filled when models are made ready, by `connect`.

    `own_of` and `far_of` read the key from an instance of either side: its value, or a tuple of several.
    """

    many = False
    #: rows on the other side may be missing
    null = True
    unique = False
    db_constraint = True
    generated = False
    to_field: Optional[str] = None

    def __init__(self, description: Optional[str] = None) -> None:
        self.description = description
        self.model_field_name = ""
        self.model: type[Any] = object
        self.related_model: type[Any] = object
        self.pairs: Pairs = ()
        self.own_of: KeyOf = self._not_ready
        self.far_of: KeyOf = self._not_ready
        #: what the related rows are filtered by to find those with a key of this side
        self.far_lookup = ""

    def connect(self, related_model: type[Any], pairs: Pairs) -> None:
        """Make the relation ready: it leads to `related_model`, over equal fields of both sides."""
        self.related_model, self.pairs = related_model, pairs
        self.own_of = attrgetter(*[own.model_field_name for own, _ in pairs])
        self.far_of = attrgetter(*[far.model_field_name for _, far in pairs])
        self.far_lookup = pairs[0][1].model_field_name if len(pairs) == 1 else self._key_lookup()

    def _key_lookup(self) -> str:
        """The name that stands for all columns of a key of several on the other side."""
        return "pk"

    def unconnected(self: Self) -> Self:
        """A copy as it was declared, for a model that inherits it."""
        fresh = copy.copy(self)
        fresh.pairs, fresh.own_of, fresh.far_of = (), fresh._not_ready, fresh._not_ready
        return fresh

    def _not_ready(self, instance: Any) -> Any:
        raise ConfigurationError(f"{self.label} is not ready: call `await Tortoise.init(...)` first")

    def value_of(self, instance: Any) -> Any:
        """What stands for a related `instance` where the relation is compared with it."""
        return instance._meta.key_of(instance)

    @property
    def label(self) -> str:
        """Model and relation, for messages."""
        return f"{self.model.__name__}.{self.model_field_name}"

    @property
    def field_type(self) -> Any:
        """The class of the related rows."""
        return self.related_model

    @property
    def to_field_instance(self) -> Optional[Field[Any]]:
        """The field on the other side, the first one of several; None where a table of links is between the two."""
        return self.pairs[0][1] if self.pairs else None

    def describe(self, serializable: bool = True) -> dict[str, Any]:
        """The relation as a dict, the way `Model.describe` lists it; `serializable` leaves no Python objects."""
        target = self.related_model
        return {
            "name": self.model_field_name,
            "field_type": type(self).__name__ if serializable else type(self),
            "python_type": target._meta.full_name if serializable else target,
            "generated": False,
            "nullable": self.relation.null if self.many and self.relation is not None else self.null,
            "unique": self.unique,
            "indexed": self.index or self.unique,
            "default": _described(self.default, serializable),
            "db_default": "__NOT_SET__" if serializable else DB_DEFAULT_NOT_SET,
            "description": self.description,
            "docstring": self.docstring,
            "constraints": {},
            "db_constraint": self.db_constraint,
        }

    @classmethod
    def validate_model_name(cls, model_name: Union[str, type[Any]]) -> None:
        """Raise ConfigurationError for a name of a target that is not "app.Model"."""
        if isinstance(model_name, str) and model_name.count(".") != 1:
            raise ConfigurationError(f'a relation names its target as "app.Model", not {model_name!r}')


def _described(default: Any, serializable: bool) -> Any:
    if serializable and callable(default):
        return f"<function {default.__module__}.{default.__qualname__}>"
    return default


class DeclaredRelation(Relation):
    """A relation as a user declares it: `target` is "app.Model" or the class itself."""

    def __init__(
        self,
        target: Union[str, type[Any]],
        related_name: Union[str, bool, None],
        on_delete: OnDelete,
        db_constraint: bool,
        description: Optional[str],
    ) -> None:
        super().__init__(description)
        self.validate_model_name(target)
        if not isinstance(target, (str, type)):
            raise ConfigurationError(f'a relation takes "app.Model" or a model class, not {target!r}')
        self.target = target
        self.related_name = related_name
        try:
            self.on_delete = OnDelete(on_delete)
        except ValueError:
            known = ", ".join(OnDelete.__members__)
            raise ConfigurationError(f"on_delete is one of {known}, not {on_delete!r}") from None
        self.db_constraint = db_constraint

    @property
    def model_name(self) -> str:
        """The target as it was named; a class by its app and name."""
        if isinstance(self.target, str):
            return self.target
        meta = getattr(self.target, "_meta", None)
        return self.target.__name__ if meta is None or meta.app is None else str(meta.full_name)


class ForeignKeyFieldInstance(DeclaredRelation, Generic[M]):
    """A key of another table's row, in columns of this one. Attribute ``x`` has the row, ``x_id`` its key.

    `to_field` names another unique field of the target than its primary key. A target with a key of several
    columns gives as many here, ``x_<field>`` each; ``x_id`` is then the tuple of them.
    """

    def __init__(
        self,
        model_name: Union[str, type[Any]],
        related_name: Union[str, bool, None] = None,
        on_delete: OnDelete = OnDelete.CASCADE,
        *,
        db_constraint: bool = True,
        null: bool = False,
        to_field: Optional[str] = None,
        source_field: Optional[str] = None,
        primary_key: Optional[bool] = None,
        unique: bool = False,
        db_index: Optional[bool] = None,
        description: Optional[str] = None,
        default: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(model_name, related_name, on_delete, db_constraint, description)
        db_index = kwargs.pop("index", db_index)
        primary_key = kwargs.pop("pk", primary_key)
        self.db_default = check_db_default(type(self).__name__, kwargs.pop("db_default", DB_DEFAULT_NOT_SET))
        self.deferrable = check_deferrable(type(self).__name__, kwargs.pop("deferrable", None))
        if kwargs:
            raise unknown_arguments(type(self), kwargs)
        if self.on_delete is OnDelete.SET_NULL and not null:
            raise ConfigurationError("on_delete=SET_NULL needs null=True")
        stays = self.db_default is not DB_DEFAULT_NOT_SET or not (default is None or callable(default))
        if self.on_delete is OnDelete.SET_DEFAULT and not stays:
            raise ConfigurationError("on_delete=SET_DEFAULT needs a default that is a value, which the server keeps")
        if primary_key and null:
            raise ConfigurationError("a primary key cannot be null")
        self.null, self.index, self.default = null, bool(db_index), default
        self.to_field, self.column_given = to_field, source_field
        #: True once the columns are part of the model and the target has its reverse side
        self.attached = False
        self.pk = bool(primary_key)
        self.unique = unique or self.pk

    def unconnected(self: Self) -> Self:
        fresh: Any = super().unconnected()
        fresh.attached = False
        return fresh  # type: ignore[no-any-return]  # a copy of self

    @property
    def source_field(self) -> Optional[str]:
        """The attribute that holds the key, once the model is ready; before, the column given."""
        return self.pairs[0][0].model_field_name if self.pairs else self.column_given

    def value_of(self, instance: Any) -> Any:
        return self.far_of(instance)

    @property
    def field_type(self) -> Any:
        """The Python type of the key or of its first column; the class of the related rows until it is known."""
        return self.related_model if not self.pairs else self.pairs[0][1].field_type

    @property
    def required(self) -> bool:
        return not (self.null or self.default is not None or self.has_db_default())

    def describe(self, serializable: bool = True) -> dict[str, Any]:
        raw = [own.model_field_name for own, _ in self.pairs]
        more = {"raw_field": raw[0] if len(raw) == 1 else raw, "on_delete": self.on_delete.value}
        return {**super().describe(serializable), **more}

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> ForeignKeyFieldInstance[M]: ...

    @overload
    def __get__(self, instance: Any, owner: type[Any]) -> M: ...

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        """For type checkers; another descriptor stands in a model class."""
        return self

    def __set__(self, instance: Any, value: Optional[M]) -> None:
        """For type checkers; another descriptor stands in a model class."""


class OneToOneFieldInstance(ForeignKeyFieldInstance[M]):
    """A foreign key that no two rows share, so that the other side has one row at most. May be the primary key."""

    def __init__(
        self,
        model_name: Union[str, type[Any]],
        related_name: Union[str, bool, None] = None,
        on_delete: OnDelete = OnDelete.CASCADE,
        **kwargs: Any,
    ) -> None:
        super().__init__(model_name, related_name, on_delete, **{**kwargs, "unique": True})


class BackwardFKRelation(Relation, Generic[M]):
    """The rows whose foreign key names this one."""

    many = True

    def __init__(self, forward: ForeignKeyFieldInstance[Any]) -> None:
        super().__init__()
        self.forward = self.relation = forward

    def _key_lookup(self) -> str:
        return self.forward.model_field_name

    @property
    def relation_field(self) -> str:
        """The attribute of the related rows that holds the key; the first one of several."""
        name: str = self.forward.pairs[0][0].model_field_name
        return name

    @property
    def relation_source_field(self) -> str:
        """The column of `relation_field`."""
        return self.forward.pairs[0][0].column

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        """For type checkers; another descriptor stands in a model class."""
        return self


class BackwardOneToOneRelation(BackwardFKRelation[M]):
    """The row whose one-to-one key names this one, if there is one."""

    many = False

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> BackwardOneToOneRelation[M]: ...

    @overload
    def __get__(self, instance: Any, owner: type[Any]) -> M: ...

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        """For type checkers; another descriptor stands in a model class."""
        return self


class ManyToManyFieldInstance(DeclaredRelation):
    """Rows of two tables linked through a third.

    `through` names that table, `forward_key` its column for the target and `backward_key` that for this
    model; for a key of several columns they are what the names of the columns begin with. A model may be
    declared for the table, otherwise it is made with these columns alone.
    """

    many = True

    def __init__(
        self,
        model_name: Union[str, type[Any]],
        through: Optional[str] = None,
        forward_key: Optional[str] = None,
        backward_key: str = "",
        related_name: Union[str, bool, None] = "",
        on_delete: OnDelete = OnDelete.CASCADE,
        *,
        db_constraint: bool = True,
        unique: bool = True,
        description: Optional[str] = None,
    ) -> None:
        super().__init__(model_name, related_name, on_delete, db_constraint, description)
        self._given = (through, forward_key, backward_key)
        self.through, self.forward_key, self.backward_key = self._given
        self.unique = unique
        self.own_columns: tuple[str, ...] = ()
        self.far_columns: tuple[str, ...] = ()
        #: the same relation seen from the other side; only one of the two makes the table
        self.mirror: Optional[ManyToManyFieldInstance] = None
        self.generated = False
        self.own_key: tuple[Field[Any], ...] = ()
        self.far_key: tuple[Field[Any], ...] = ()

    def unconnected(self: Self) -> Self:
        fresh: Any = super().unconnected()
        fresh.through, fresh.forward_key, fresh.backward_key = self._given  # type: ignore[attr-defined]  # of this class
        fresh.mirror, fresh.own_columns, fresh.far_columns = None, (), ()
        return fresh  # type: ignore[no-any-return]  # a copy of self

    @property
    def _generated(self) -> bool:
        """True for the side that was not declared."""
        return self.generated

    @property
    def declared(self) -> ManyToManyFieldInstance:
        """This relation as it was declared, on whichever side."""
        return self.mirror if self.generated and self.mirror is not None else self

    @property
    def link_table(self) -> str:
        """Name of the table between the two."""
        if self.through is None:
            raise ConfigurationError(f"{self.label} is not ready: initialise Tortoise ORM first")
        return self.through

    def describe(self, serializable: bool = True) -> dict[str, Any]:
        return {
            **super().describe(serializable),
            "nullable": False,
            "model_name": self.related_model._meta.full_name if self.generated else self.model_name,
            "related_name": self.related_name,
            "forward_key": self.forward_key,
            "backward_key": self.backward_key,
            "through": self.through,
            "on_delete": self.on_delete.value,
            "_generated": self.generated,
        }


def ForeignKeyField(
    to: Union[str, type[Any]],
    related_name: Union[str, bool, None] = None,
    on_delete: OnDelete = OnDelete.CASCADE,
    db_constraint: bool = True,
    null: bool = False,
    **kwargs: Unpack[RelationOptions],
) -> Any:
    """A foreign key to `to`, "app.Model" or the class itself.

    `related_name` names the reverse side (default: the table's name and "s"; False: none), `to_field` a unique field of
    the target to refer to (default: its primary key), `source_field` the column. `deferrable`: "deferred" checks the
    reference at the end of the transaction, "immediate" unless a transaction says otherwise. Annotate the attribute
    for type checkers: ``author: ForeignKeyRelation["Author"]``. Raises ConfigurationError for options that do not fit.
    """
    return ForeignKeyFieldInstance(to, related_name, on_delete, db_constraint=db_constraint, null=null, **kwargs)


def OneToOneField(
    to: Union[str, type[Any]],
    related_name: Union[str, bool, None] = None,
    on_delete: OnDelete = OnDelete.CASCADE,
    db_constraint: bool = True,
    null: bool = False,
    **kwargs: Unpack[RelationOptions],
) -> Any:
    """A foreign key to `to` that no two rows share; with `primary_key=True` it is the key of its own model.

    Takes what `ForeignKeyField` takes. Annotate the attribute for type checkers: ``seat: OneToOneRelation["Seat"]``.
    """
    return OneToOneFieldInstance(to, related_name, on_delete, db_constraint=db_constraint, null=null, **kwargs)


def ManyToManyField(
    to: Union[str, type[Any]],
    through: Optional[str] = None,
    forward_key: Optional[str] = None,
    backward_key: str = "",
    related_name: Union[str, bool, None] = "",
    on_delete: OnDelete = OnDelete.CASCADE,
    db_constraint: bool = True,
    unique: bool = True,
    **kwargs: Unpack[LinkOptions],
) -> Any:
    """A relation to many rows of `to` through a table of links, whose name and keys may be given.

    Annotate the attribute for type checkers: ``tags: ManyToManyRelation["Tag"]``. Raises ConfigurationError for
    options that do not fit.
    """
    return ManyToManyFieldInstance(
        to,
        through,
        forward_key,
        backward_key,
        related_name,
        on_delete,
        db_constraint=db_constraint,
        unique=unique,
        **kwargs,
    )
