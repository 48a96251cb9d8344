"""The names that a column's type goes by: the standard's, those of dialects, and those of a user's own field."""

from __future__ import annotations

from inspect import getattr_static
from typing import Any, Optional

from tortoise_core.ast import ddl
from tortoise_core.ast.types import Spelling
from tortoise_core.base.timezone import Clock, current_clock
from tortoise_core.dialect.standard_types import STANDARD
from tortoise_core.dialect.types import spell
from tortoise_core.plugins.manager import plugins
from tortoise_core.plugins.types import type_registry
from tortoise_core.schema.db_defaults import ddl_compiler

#: inner classes of a field that speak for one dialect are called this and the dialect's name
PREFIX = "_db_"


class StandardType:
    """`SQL_TYPE` of the engine's own fields: the standard's name of the type, which dialects may spell otherwise."""

    def __get__(self, instance: Any, owner: type[Any]) -> Any:
        field = owner if instance is None else instance
        try:
            # the class stands in for an instance as far as its type does not depend on arguments
            base = owner.base_type(field, Clock())
        except AttributeError:
            return self
        return None if base is None else spell(STANDARD, base, "")


def own_word(field: Any, dialect: str, key: str) -> Any:
    """What the inner class for a dialect says of `key`; None where it says nothing. It may take the field."""
    inner = getattr(type(field), PREFIX + dialect, None)
    if isinstance(inner, type):
        takes_field = getattr_static(inner, "__init__") is not getattr_static(object, "__init__")
        inner = inner(field) if takes_field else inner()
    return getattr(inner, key, None)


def dialects_of(field: Any) -> list[str]:
    """The dialects that a field has inner classes for."""
    return [name[len(PREFIX) :] for name in dir(type(field)) if name.startswith(PREFIX)]


def own_spelling(field: Any, key: str = "SQL_TYPE") -> Spelling:
    """What a user's own class says of `key`, for all dialects or for some; nothing for the engine's fields."""
    found = [(dialect, own_word(field, dialect, key)) for dialect in dialects_of(field)]
    if not isinstance(getattr_static(field, key), StandardType):
        found.append(("", getattr(field, key)))
    return tuple([(dialect, str(text)) for dialect, text in found if text is not None])


def value_for_dialect(field: Any, dialect: str, key: str) -> Any:
    """An attribute of a field as it is in a dialect: the field's own word for it, then the dialect's, then the general.

    `key` is "SQL_TYPE", "GENERATED_SQL", "function_cast" or any other attribute.
    """
    own = own_word(field, dialect, key)
    if own is not None or dialect not in plugins.installed_dialects():
        return getattr(field, key, None) if own is None else own
    if key == "SQL_TYPE":
        return spell(type_registry.known_to(plugins.dialect(dialect)).types, field.sql_type(current_clock()), dialect)
    if key == "GENERATED_SQL" and field.GENERATED_SQL is None and field.allows_generated:
        return _generated_sql(field, dialect)
    return getattr(field, key, None)


def _generated_sql(field: Any, dialect: str) -> Optional[str]:
    sql_type = field.sql_type(current_clock())
    return ddl_compiler(dialect).generated_key(ddl.ColumnDef("", sql_type, False, True, None, None, (), None, None))


def names_of_type(field: Any) -> dict[str, str]:
    """The names of the column's type: under "" the general one, and each dialect's that differs."""
    general = field.SQL_TYPE
    names: dict[str, str] = {} if general is None else {"": general}
    for dialect in sorted({*plugins.installed_dialects(), *dialects_of(field)}):
        text = value_for_dialect(field, dialect, "SQL_TYPE")
        if text is not None and text != general:
            names[dialect] = text
    return names
