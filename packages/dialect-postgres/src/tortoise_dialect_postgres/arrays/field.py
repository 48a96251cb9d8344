"""Columns of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Literal, Optional, Union, overload

from tortoise_core.ast import types
from tortoise_core.base.names import shown
from tortoise_core.base.timezone import Clock, current_clock
from tortoise_core.dialect.converting import each
from tortoise_core.dialect.types import spell
from tortoise_core.schema.fields.base import Convert, Field
from tortoise_core.schema.fields.documents import JSONField
from tortoise_dialect_postgres.arrays.elements import element_of, upper
from tortoise_dialect_postgres.types import TYPES

if TYPE_CHECKING:
    from typing_extensions import TypeVar, Unpack

    from tortoise_core.schema.fields.options import FieldOptions

    Items = TypeVar("Items", default=list[Any])
    E = TypeVar("E")
    Whole = Literal["int", "INT", "integer", "INTEGER", "smallint", "SMALLINT", "bigint", "BIGINT"]
    Words = Literal["text", "TEXT", "varchar", "VARCHAR"]
else:
    from typing import TypeVar

    Items = TypeVar("Items")

#: lists of these are no lists of items
_NO_LISTS = (str, bytes, bytearray, memoryview, Mapping)
#: one (converted) value at a time
Each = Callable[[Any], Any]


class ArrayField(Field[Items]):
    """A list of values of one type, of which any may be None.

    `element_type` is the name of a SQL type ("int", "text", "varchar(20)", "numeric(10,2)", "timestamptz", "uuid",
    "int[]" for lists of lists, a type of your own; default "int") or a field, such as ``CharField(max_length=20)``,
    whose values the list holds. Lookups: `contains`, `contained_by`, `overlap`, `any`, `all`; parts: `len`, an item
    by its number from 0 (``tags__0``), items from one number up to another (``tags__0_2``).
    """

    # where users import it from, and so what migrations name
    __module__ = "tortoise.contrib.postgres.fields"

    field_type = list
    arguments = ("element_type",)

    @overload
    def __init__(
        self: ArrayField[list[int]],
        element_type: Whole = ...,
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: ArrayField[Optional[list[int]]],
        element_type: Whole = ...,
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: ArrayField[list[str]], element_type: Words, *, null: Literal[False] = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    @overload
    def __init__(
        self: ArrayField[Optional[list[str]]],
        element_type: Words,
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: ArrayField[list[E]],
        element_type: Field[E],
        *,
        null: Literal[False] = ...,
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self: ArrayField[Optional[list[E]]],
        element_type: Field[E],
        *,
        null: Literal[True],
        **kwargs: Unpack[FieldOptions],
    ) -> None: ...

    @overload
    def __init__(
        self, element_type: Union[str, Field[Any]] = ..., *, null: bool = ..., **kwargs: Unpack[FieldOptions]
    ) -> None: ...

    def __init__(self, element_type: Union[str, Field[Any]] = "int", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.element = element_of(element_type)
        self.dimensions = self.element.dimensions
        self.element_type = upper(element_type) if isinstance(element_type, str) else element_type
        #: lists in the list are values, not lists of values
        self.flat = isinstance(self.element.field, JSONField)

    @property
    def SQL_TYPE(self) -> str:  # the name that fields have for it
        """The name of the column's type."""
        name = spell(TYPES, self.sql_type(current_clock()), "postgres")
        assert name is not None
        return name

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Array(self.element.sql_type(clock), self.dimensions)

    def sql_type(self, clock: Clock) -> types.SqlType:
        # SQL_TYPE is PostgreSQL's name, not one that other databases could go by
        return self.base_type(clock)

    def item(self) -> Field[Any]:
        """The field of one item: again an array where there are lists in lists."""
        if self.dimensions > 1:
            inner: Any = copy(self)
            inner.dimensions = self.dimensions - 1
            return inner  # type: ignore[no-any-return]  # the same class
        return self.innermost()

    def innermost(self) -> Field[Any]:
        """The field of what is in no further list; messages of it name the column."""
        field = copy(self.element.field)
        field.model, field.model_field_name = self.model, self.model_field_name
        return field

    # -- values

    def convert(self, value: Any, clock: Clock) -> list[Any]:
        values = _listed(value)
        return values if self.element.fit(values) else self._each(values, partial(self._convert_item, clock=clock))

    def _convert_item(self, value: Any, clock: Clock) -> Any:
        field = self.element.field
        if field.overrides("to_db_value"):
            return value
        value = field.convert(value, clock)
        if type(value) is str and "\0" in value:
            raise ValueError("PostgreSQL knows no text with a NUL character")
        # the server would refuse whole numbers out of range, also as something that is looked for
        return field.check(value) if type(value) is int else value

    def check(self, value: list[Any]) -> list[Any]:
        field = self.element.field
        return (
            value if self.element.fit(value) or field.overrides("to_db_value") else self._each(value, self._check_item)
        )

    def _check_item(self, value: Any) -> Any:
        field = self.element.field
        value = field.check(value)
        if field.validators:
            self.innermost().run_validators(value)
        return value

    def _each(self, values: list[Any], change: Each) -> list[Any]:
        if self.flat:
            return [None if value is None else change(value) for value in values]
        return [
            None if v is None else self._each(list(v), change) if isinstance(v, (list, tuple)) else change(v)
            for v in values
        ]

    @property
    def encoding(self) -> Convert:
        return self._items(self.item_converter("to_db_value"))

    @property
    def decoding(self) -> Convert:
        return self._items(self.item_converter("to_python_value"))

    def item_converter(self, method: str) -> Convert:
        """What the field of the items does by itself on the way to the database, or back."""
        field = self.innermost()
        if not field.overrides(method):
            return field.encoding if method == "to_db_value" else field.decoding
        if method == "to_db_value":
            return lambda value: field.to_db_value(value, self.model)
        return field.to_python_value

    def _items(self, convert: Convert) -> Convert:
        """A converter of the list; always to a new one, so that a change in place is a change to what was stored."""
        if convert is None:
            return _copied
        return partial(_all, convert) if self.flat else each(convert)


def _listed(value: Any) -> list[Any]:
    """`value` as a list. TypeError for text and whatever else is no list of items."""
    if isinstance(value, _NO_LISTS) or not isinstance(value, Iterable):
        raise TypeError(f"{shown(value)} is not a list")
    return list(value)


def _all(convert: Each, values: Any) -> list[Any]:
    return [None if value is None else convert(value) for value in values]


def _copied(values: Any) -> list[Any]:
    return [_copied(value) if type(value) is list else value for value in values]
