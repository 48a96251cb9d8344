"""What every field is: a typed column of a model."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Generic, Optional, Protocol, TypeVar, Union, overload

from tortoise_core.ast.types import Custom, Spelling, SqlType
from tortoise_core.base.errors import ConfigurationError, ValidationError
from tortoise_core.base.names import did_you_mean, said
from tortoise_core.base.timezone import Clock, current_clock
from tortoise_core.dialect.converting import Inline
from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET, Computed, DatabaseDefault, check_db_default
from tortoise_core.schema.field_docs import Documented
from tortoise_core.schema.fields.described import deconstructed, described
from tortoise_core.schema.fields.spelling import StandardType, names_of_type, own_spelling, value_for_dialect

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import Aliases

T = TypeVar("T")
Validator = Callable[[Any], Any]
Convert = Optional[Callable[[Any], Any]]


class Field(Documented, Generic[T]):
    """A column. Instances hold plain values; the field itself stays in ``Model._meta.fields_map``.

    Arguments common to all fields: `source_field` the column's name (default: the attribute's),
    `primary_key` (alias `pk`), `generated` the database gives the value, `null` allows None (default
    False), `default` a value or a callable without arguments, `db_default` a value or `SqlDefault` that the
    database puts in where neither the program nor `default` gives one, `unique`, `db_index` (alias `index`),
    `description`, `validators` callables that raise ValidationError.

    A field of your own is a subclass that sets `field_type` and `SQL_TYPE`, or one of a field that is there already.
    It may override `to_db_value` and `to_python_value`, and name other types in inner classes for dialects::

        class AddressField(Field[str]):
            SQL_TYPE = "VARCHAR(43)"

            class _db_somedialect:
                SQL_TYPE = "INET"
    """

    #: the Python type of the attribute
    field_type: Any = None
    indexable: ClassVar[bool] = True
    #: may be a primary key though it is not indexable otherwise
    may_be_key: ClassVar[bool] = False
    has_db_field: ClassVar[bool] = True
    #: values of the field's Python type come from a database that knows that type as they are
    skip_to_python_if_native: ClassVar[bool] = False
    allows_generated: ClassVar[bool] = False
    #: function of the dialect that values are passed through in a statement; None: none
    function_cast: Any = None
    #: the column's type, for dialects that have no other word for it
    SQL_TYPE: Any = StandardType()
    #: type and clauses of a key that the database makes, where they are not what the dialect says itself
    GENERATED_SQL: Optional[str] = None
    #: the class's own arguments, by the attributes that keep them
    arguments: ClassVar[tuple[str, ...]] = ()
    #: source of a test on `{v}` that is true for values that can be stored as they are; None: always convert.
    #: It names builtins with an underscore: `guards.NAMES`. `{kind}` stands for `guard_kind`
    guard: Optional[str] = None
    #: a lesser test, after which an argument needs none; whether it can be stored is asked when it is. None: `guard`
    argument_guard: Optional[str] = None
    #: an object that `guard` may name
    guard_kind: Any = None
    #: the same for values that need no conversion, but to be passed through `check`; used where there is no `guard`
    check_guard: Optional[str] = None
    #: what the database computes the column from (`computed.Computation`); None: it is written like others
    computation: Any = None
    #: the order of the column's text, by a name of the server's; None: the usual one
    collation: Optional[str] = None
    #: (on insert, on update): whether a save asks `auto_value`
    automatic: tuple[bool, bool] = (False, False)

    def __init__(
        self,
        source_field: Optional[str] = None,
        generated: bool = False,
        primary_key: Optional[bool] = None,
        null: bool = False,
        default: Any = None,
        db_default: Any = DB_DEFAULT_NOT_SET,
        unique: bool = False,
        db_index: Optional[bool] = None,
        description: Optional[str] = None,
        model: Optional[type[Any]] = None,
        validators: Optional[list[Validator]] = None,
        **kwargs: Unpack[Aliases],
    ) -> None:
        others: dict[str, Any] = {**kwargs}
        primary_key = _alias("pk", "primary_key", primary_key, others)
        db_index = _alias("index", "db_index", db_index, others)
        if others:
            raise unknown_arguments(type(self), others)
        if not self.indexable and (db_index or unique or (primary_key and not self.may_be_key)):
            raise ConfigurationError(f"{type(self).__name__} cannot be indexed, unique or a primary key")
        if primary_key and null:
            raise ConfigurationError("a primary key cannot be null")
        self.source_field = source_field
        self.pk = bool(primary_key)
        self.generated = generated
        self.null = null
        self.default = default
        self.db_default = check_db_default(type(self).__name__, db_default)
        self.unique = unique or self.pk
        self.index = bool(db_index) or self.unique
        self.description = description
        self.validators: list[Validator] = list(validators or ())
        self.model_field_name = ""
        self.model: type[Any] = object if model is None else model

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> Field[T]: ...

    @overload
    def __get__(self, instance: Any, owner: type[Any]) -> T: ...

    def __get__(self, instance: Any, owner: type[Any]) -> Union[Field[T], T]:
        """For type checkers; no Field object stays in a model class."""
        return self

    def __set__(self, instance: Any, value: Union[T, Computed]) -> None:
        """For type checkers; no Field object stays in a model class."""

    # -- what the field is

    @property
    def column(self) -> str:
        """The column's name."""
        return self.source_field or self.model_field_name

    @property
    def reference(self) -> Any:
        """The relation whose key this column holds, by the name that 1.1.9 had for it; None for other columns."""
        return self.relation

    @property
    def required(self) -> bool:
        """True if a value must be given to create a row."""
        return self.default is None and not self.null and not self.generated and not self.has_db_default()

    @property
    def constraints(self) -> dict[str, Any]:
        """What values must meet, in the words of JSON Schema."""
        return {}

    @property
    def label(self) -> str:
        """Model and field, for messages."""
        return f"{self.model.__name__}.{self.model_field_name}"

    def base_type(self, clock: Clock) -> Optional[SqlType]:
        """The column's type as the engine's own fields have it; None for one that only `SQL_TYPE` tells."""
        return None

    def sql_type(self, clock: Clock) -> SqlType:
        """The column's type under the configured handling of time zones, with the names a user's class gives it."""
        base, spelling = self.base_type(clock), own_spelling(self)
        if base is not None:
            return base.spelled(spelling) if spelling else base
        if not spelling:
            raise ConfigurationError(f"{type(self).__name__} has no SQL_TYPE")
        return Custom().spelled(spelling)

    def generated_sql(self) -> Spelling:
        """What a user's class says of keys that the database makes, by dialect."""
        return own_spelling(self, "GENERATED_SQL")

    def get_for_dialect(self, dialect: str, key: str) -> Any:
        """The attribute `key`, such as "SQL_TYPE", as it is in a dialect; None if there is none."""
        return value_for_dialect(self, dialect, key)

    def get_db_field_types(self) -> Optional[dict[str, str]]:
        """The column's type by dialect, "" standing for all that are not named; None without a column."""
        return names_of_type(self) if self.has_db_field else None

    def get_db_field_type(self) -> Any:
        """The column's type on the database of the model. ConfigurationError before initialisation."""
        return self.get_for_dialect(self.model._meta.db.capabilities.dialect, "SQL_TYPE")

    def describe(self, serializable: bool) -> dict[str, Any]:
        """The field as a dict; `serializable`: of what JSON has a form for, otherwise with the objects themselves."""
        return described(self, serializable)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(path of the class, positional arguments, keyword arguments) that make an equal field."""
        return deconstructed(self)

    # -- defaults of the database

    def has_db_default(self) -> bool:
        """True if the database puts a value in by itself."""
        return self.db_default is not DB_DEFAULT_NOT_SET or self.computation is not None

    def get_db_default_value(self) -> Optional[DatabaseDefault]:
        """What stands in an attribute until the database has given the value; None if it gives none."""
        return DatabaseDefault(self) if self.has_db_default() else None

    # -- values

    def convert(self, value: Any, clock: Clock) -> Any:
        """`value` as this field's Python type. ValueError or TypeError if it cannot be that."""
        return value

    def check(self, value: Any) -> Any:
        """A converted `value` as it may be stored. ValueError if it is out of range."""
        return value

    @property
    def encoding(self) -> Convert:
        """From a converted value to one of the column's type; None: the same. Never called with None."""
        return None

    @property
    def decoding(self) -> Convert:
        """From a value of the column's type to the attribute's; None: the same. Never called with None."""
        return None

    def from_stored(self, value: Any) -> Any:
        """A value as it comes from the driver, as something that `convert` takes."""
        return value

    def validate(self, value: Any) -> None:
        """Raise ValidationError, naming model and field, if `value` cannot be stored."""
        if value is None:
            if self.null or self.generated:
                return
            raise self.invalid("Value must not be None")
        try:
            self.check(value)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise self.invalid(error) from error
        self.run_validators(value)

    def run_validators(self, value: Any) -> None:
        """Ask each of `validators`. Raises ValidationError that names model and field."""
        for validator in self.validators:
            try:
                validator(value)
            except ValidationError as error:
                raise self.invalid(error) from error

    def to_db_value(self, value: Any, instance: Any) -> Any:
        """What is bound for `value`, before the dialect sees it: converted, validated and encoded.

        Override it in a field of your own; generated code calls only overrides. `instance` is what is being saved, or
        the model where the value is one of a condition or of `update`. Raises ValidationError.
        """
        if value is None:
            self.validate(None)
            return None
        try:
            value = self.check(self.convert(value, current_clock()))
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise self.invalid(error) from error
        self.run_validators(value)
        encode = self.encoding
        return value if encode is None else encode(value)

    def to_python_value(self, value: Any) -> Any:
        """The attribute for a stored value, as it comes from the driver, or for an argument of the model.

        Override it in a field of your own; generated code calls only overrides. Raises ValidationError.
        """
        if value is None:
            return None
        try:
            return self.convert(self.from_stored(value), current_clock())
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise self.invalid(error) from error

    def auto_value(self, value: Any, clock: Clock, insert: bool) -> Any:
        """The value a save puts in by itself; `automatic` names the fields that are asked."""
        return value

    def auto_maker(self, clock: Clock) -> Optional[Inline]:
        """What makes of None the value that `auto_value` puts in for it, if that needs no more than the clock."""
        return None

    def invalid(self, problem: object) -> ValidationError:
        """The error that says what is wrong with a value of this field: ``name: problem (Model.name)``."""
        return ValidationError(told(self, problem))

    def overrides(self, method: str) -> bool:
        """True if a user's subclass has its own `method`."""
        return getattr(type(self), method) is not getattr(Field, method)


class Labelled(Protocol):
    """A field or a relation, as messages name it."""

    model_field_name: str

    @property
    def label(self) -> str:
        """Model and field."""
        ...


def told(field: Labelled, problem: object) -> str:
    """What is wrong with a value of a field or relation. The name comes first: forms find the field by it."""
    return f"{field.model_field_name}: {said(problem)} ({field.label})"


def unknown_arguments(cls: type[Any], kwargs: Iterable[str]) -> ConfigurationError:
    """The error for arguments that no constructor of `cls` has."""
    inits = [vars(base)["__init__"] for base in cls.__mro__ if "__init__" in vars(base)]
    known = {name for init in inits for name in inspect.signature(init).parameters} - {"self", "kwargs"}
    wrong = sorted(kwargs)
    hint = did_you_mean(wrong[0], known - {"args"})
    return ConfigurationError(f"{cls.__name__} takes no argument {', '.join(map(repr, wrong))}.{hint}")


def _alias(old: str, new: str, value: Any, kwargs: Any) -> Any:
    """The value of an argument that goes by two names."""
    if old in kwargs:
        if value is not None and value != kwargs[old]:
            raise ConfigurationError(f"give {new} or {old}, not both")
        return kwargs.pop(old)
    return value
