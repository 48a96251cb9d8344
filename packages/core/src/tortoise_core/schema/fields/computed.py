"""Columns that the database computes from others of the row."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET, Computed
from tortoise_core.schema.fields.base import Field

F = TypeVar("F")


class Computation(NamedTuple):
    """What a column is computed from: an expression over the row's other columns, or SQL text of the developer's own.

    `stored`: the value is kept in the table, otherwise computed whenever it is read.
    """

    expression: Union[str, Computed]
    stored: bool


def GeneratedField(expression: Union[str, Computed], output_field: F, stored: bool = True) -> F:
    """A column that the database computes from others of the row; nobody writes it.

    `expression` is made of fields of the model (``F("price") * F("count")``) or is SQL text of your own; `output_field`
    says what comes out. `stored` keeps the value in the table (the default), otherwise it is computed when it is read;
    a dialect may know one of the two only. The attribute holds the value once the row was inserted, updated by `save`,
    or read. Raises ConfigurationError for what is no expression, and for keys and defaults, which are values to write.
    """
    field: Any = output_field
    given: Any = expression
    if not isinstance(field, Field) or not field.has_db_field:
        raise ConfigurationError(f"GeneratedField takes a field for output_field, not {output_field!r}")
    if not isinstance(given, (str, Computed)) or not given:
        raise ConfigurationError(f"GeneratedField takes an expression or SQL text, not {expression!r}")
    if field.pk or field.default is not None or field.db_default is not DB_DEFAULT_NOT_SET:
        raise ConfigurationError("a column that is computed is no primary key and has no default")
    field.computation = Computation(expression, stored)
    return output_field
