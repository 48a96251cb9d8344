"""Relations between models: declared on one side, mirrored on the other.

A key is a tuple of fields and a relation is a tuple of field pairs, so that keys of several columns are no
special case.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Generic, Optional, TypeVar, Union, overload

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.schema.fields.base import Field

#: the model that a relation leads to
M = TypeVar("M")
#: (field on this side, field on the other side)
Pairs = tuple[tuple[Field[Any], Field[Any]], ...]


class OnDelete(str, Enum):
    """What happens to rows whose target is deleted."""

    CASCADE = "CASCADE"
    RESTRICT = "RESTRICT"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"
    NO_ACTION = "NO ACTION"


class Relation:
    """Base of all relations. `pairs` and `related_model` are filled when models are made ready."""

    many = False
    #: rows on the other side may be missing
    null = True

    def __init__(self, description: Optional[str] = None) -> None:
        self.description = description
        self.model_field_name = ""
        self.model: type[Any] = object
        self.related_model: type[Any] = object
        self.pairs: Pairs = ()

    @property
    def label(self) -> str:
        """Model and relation, for messages."""
        return f"{self.model.__name__}.{self.model_field_name}"


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
        if isinstance(target, str) and target.count(".") != 1:
            raise ConfigurationError(f'a relation names its target as "app.Model", not {target!r}')
        self.target = target
        self.related_name = related_name
        self.on_delete = OnDelete(on_delete)
        self.db_constraint = db_constraint

    @property
    def model_name(self) -> str:
        """The target as it was named."""
        return self.target if isinstance(self.target, str) else self.target.__name__


class ForeignKeyFieldInstance(DeclaredRelation, Generic[M]):
    """A key of another table's row, in columns of this one. Attribute ``x`` has the row, ``x_id`` its key."""

    def __init__(
        self,
        model_name: Union[str, type[Any]],
        related_name: Union[str, bool, None] = None,
        on_delete: OnDelete = OnDelete.CASCADE,
        *,
        db_constraint: bool = True,
        null: bool = False,
        source_field: Optional[str] = None,
        db_index: Optional[bool] = None,
        description: Optional[str] = None,
        default: Any = None,
    ) -> None:
        super().__init__(model_name, related_name, on_delete, db_constraint, description)
        if self.on_delete is OnDelete.SET_NULL and not null:
            raise ConfigurationError("on_delete=SET_NULL needs null=True")
        if self.on_delete is OnDelete.SET_DEFAULT and default is None:
            raise ConfigurationError("on_delete=SET_DEFAULT needs a default")
        self.null, self.source_field, self.index, self.default = null, source_field, bool(db_index), default

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> ForeignKeyFieldInstance[M]: ...

    @overload
    def __get__(self, instance: Any, owner: type[Any]) -> M: ...

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        """For type checkers; another descriptor stands in a model class."""
        return self

    def __set__(self, instance: Any, value: Optional[M]) -> None:
        """For type checkers; another descriptor stands in a model class."""


class BackwardFKRelation(Relation):
    """The rows whose foreign key names this one."""

    many = True

    def __init__(self, forward: ForeignKeyFieldInstance[Any]) -> None:
        super().__init__()
        self.forward = forward


class ManyToManyFieldInstance(DeclaredRelation):
    """Rows of two tables linked through a third, which has two columns and is made with them.

    `through` names that table, `forward_key` its column for the target and `backward_key` that for this
    model. `link_columns` are (columns for this side, columns for the other side) once ready.
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
        self.through, self.forward_key, self.backward_key = through, forward_key, backward_key
        self.unique = unique
        self.own_columns: tuple[str, ...] = ()
        self.far_columns: tuple[str, ...] = ()
        #: the same relation seen from the other side; only one of the two makes the table
        self.mirror: Optional[ManyToManyFieldInstance] = None
        self.generated = False
        self.own_key: tuple[Field[Any], ...] = ()
        self.far_key: tuple[Field[Any], ...] = ()

    @property
    def link_table(self) -> str:
        """Name of the table between the two."""
        if self.through is None:
            raise ConfigurationError(f"{self.label} is not ready: initialise Tortoise ORM first")
        return self.through


def ForeignKeyField(
    to: Union[str, type[Any]],
    related_name: Union[str, bool, None] = None,
    on_delete: OnDelete = OnDelete.CASCADE,
    db_constraint: bool = True,
    null: bool = False,
    **kwargs: Any,
) -> Any:
    """A foreign key to `to`, "app.Model" or the class itself.

    `related_name` names the reverse side (default: the table's name and "s"; False: none). Annotate the attribute
    for type checkers: ``author: ForeignKeyRelation["Author"]``. Raises ConfigurationError for options that do not fit.
    """
    return ForeignKeyFieldInstance(to, related_name, on_delete, db_constraint=db_constraint, null=null, **kwargs)


def ManyToManyField(
    to: Union[str, type[Any]],
    through: Optional[str] = None,
    forward_key: Optional[str] = None,
    backward_key: str = "",
    related_name: Union[str, bool, None] = "",
    on_delete: OnDelete = OnDelete.CASCADE,
    db_constraint: bool = True,
    unique: bool = True,
    **kwargs: Any,
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
