"""What every field is: a typed column of a model."""

from __future__ import annotations

from typing import Any, Callable, Generic, Optional, TypeVar, Union, overload

from tortoise_core.ast.types import SqlType
from tortoise_core.base.errors import ConfigurationError, ValidationError
from tortoise_core.base.timezone import Clock

T = TypeVar("T")
Validator = Callable[[Any], None]


class Computed:
    """Base of what an attribute may hold until it is saved in the place of a value: what the server computes."""

    __slots__ = ()


class Field(Generic[T]):
    """A column. Instances hold plain values; the field itself stays in ``Model._meta.fields_map``.

    Arguments common to all fields: `source_field` the column's name (default: the attribute's),
    `primary_key` (alias `pk`), `generated` the database gives the value, `null` allows None (default
    False), `default` a value or a callable without arguments, `unique`, `db_index` (alias `index`),
    `description`, `validators` callables that raise ValidationError.
    """

    field_type: type[Any] = object
    indexable = True
    has_db_field = True
    allows_generated = False
    #: source of a test on `{v}` that is true for values that can be stored as they are; None: always convert.
    #: It names builtins with an underscore: `guards.NAMES`
    guard: Optional[str] = None
    #: the same for values that need no conversion, but to be passed through `check`; used where there is no `guard`
    check_guard: Optional[str] = None

    def __init__(
        self,
        source_field: Optional[str] = None,
        generated: bool = False,
        primary_key: Optional[bool] = None,
        null: bool = False,
        default: Any = None,
        unique: bool = False,
        db_index: Optional[bool] = None,
        description: Optional[str] = None,
        validators: Optional[list[Validator]] = None,
        **kwargs: Any,
    ) -> None:
        primary_key = _alias("pk", "primary_key", primary_key, kwargs)
        db_index = _alias("index", "db_index", db_index, kwargs)
        if kwargs:
            raise ConfigurationError(f"{type(self).__name__} takes no argument {', '.join(map(repr, kwargs))}")
        if not self.indexable and (db_index or unique or primary_key):
            raise ConfigurationError(f"{type(self).__name__} cannot be indexed, unique or a primary key")
        if primary_key and null:
            raise ConfigurationError("a primary key cannot be null")
        self.source_field = source_field
        self.pk = bool(primary_key)
        self.generated = generated
        self.null = null
        self.default = default
        self.unique = unique or self.pk
        self.index = bool(db_index) or self.unique
        self.description = description
        self.validators: list[Validator] = list(validators or ())
        self.model_field_name = ""
        self.model: type[Any] = object
        #: the foreign key whose column this is, if it was not declared by itself
        self.relation: Any = None

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Field[T]: ...

    @overload
    def __get__(self, instance: Any, owner: type[Any]) -> T: ...

    def __get__(self, instance: Any, owner: type[Any]) -> Union[Field[T], T]:
        """For type checkers; no Field object stays in a model class."""
        return self

    def __set__(self, instance: Any, value: Union[T, Computed]) -> None:
        """For type checkers; no Field object stays in a model class."""

    @property
    def column(self) -> str:
        """The column's name."""
        return self.source_field or self.model_field_name

    @property
    def required(self) -> bool:
        """True if a value must be given to create a row."""
        return self.default is None and not self.null and not self.generated

    def sql_type(self, clock: Clock) -> SqlType:
        """The column's type under the configured handling of time zones."""
        raise ConfigurationError(f"{type(self).__name__} has no SQL type")

    def convert(self, value: Any, clock: Clock) -> Any:
        """`value` as this field's Python type. ValueError or TypeError if it cannot be that."""
        return value

    def check(self, value: Any) -> Any:
        """A converted `value` as it may be stored. ValueError if it is out of range."""
        return value

    def to_db_value(self, value: Any, instance: Any) -> Any:
        """For subclasses of a user's own: what is bound for `value`. Generated code calls only overrides."""
        return value

    def to_python_value(self, value: Any) -> Any:
        """For subclasses of a user's own: the attribute for a stored value. Only overrides are called."""
        return value

    def auto_value(self, value: Any, clock: Clock, insert: bool) -> Any:
        """The value a save puts in by itself; `automatic` names the fields that are asked."""
        return value

    #: (on insert, on update): whether a save asks `auto_value`
    automatic: tuple[bool, bool] = (False, False)

    @property
    def label(self) -> str:
        """Model and field, for messages."""
        return f"{self.model.__name__}.{self.model_field_name}"

    def invalid(self, problem: object) -> ValidationError:
        """The error that says what is wrong with a value of this field."""
        return ValidationError(f"{self.label}: {problem}")

    def overrides(self, method: str) -> bool:
        """True if a user's subclass has its own `method`."""
        return getattr(type(self), method) is not getattr(Field, method)


def _alias(old: str, new: str, value: Any, kwargs: Any) -> Any:
    """The value of an argument that goes by two names."""
    if old in kwargs:
        if value is not None and value != kwargs[old]:
            raise ConfigurationError(f"give {new} or {old}, not both")
        return kwargs.pop(old)
    return value
