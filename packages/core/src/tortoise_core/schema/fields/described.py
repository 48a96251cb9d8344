"""A field in words: as a dict for other programs to read, and as the call that makes another one like it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import copy
from typing import Any

from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET

#: where users import the engine's fields from
_PUBLIC = "tortoise.fields."


def described(field: Any, serializable: bool) -> dict[str, Any]:
    """What `Field.describe` gives."""
    words: Callable[[Any], Any] = in_words if serializable else _as_is
    not_set = field.db_default is DB_DEFAULT_NOT_SET
    return {
        "name": field.model_field_name,
        "field_type": type(field).__name__ if serializable else type(field),
        "db_column": field.column,
        "python_type": name_of_type(field.field_type) if serializable else field.field_type,
        "generated": field.generated,
        "nullable": field.null,
        "unique": field.unique,
        "indexed": bool(field.index or field.unique),
        "default": words(field.default),
        "db_default": "__NOT_SET__" if not_set and serializable else words(field.db_default),
        "description": field.description,
        "docstring": field.docstring,
        "constraints": field.constraints,
        "db_field_types": field.get_db_field_types(),
    }


def _as_is(value: Any) -> Any:
    return value


def in_words(value: Any) -> Any:
    """`value` if JSON has a form for it, otherwise a description."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if callable(value):
        return f"<function {getattr(value, '__module__', None)}.{getattr(value, '__name__', value)}>"
    return str(value)


def name_of_type(python_type: Any) -> str:
    """The name of a Python type: builtins by themselves, others with their module."""
    if not isinstance(python_type, type):
        return " | ".join([name_of_type(part) for part in python_type.__args__])
    builtin = python_type.__module__ == "builtins"
    return python_type.__name__ if builtin else f"{python_type.__module__}.{python_type.__name__}"


def public_path(field: Any) -> str:
    """Where users import the class of a field from."""
    cls = type(field)
    module = cls.__module__
    if module.split(".")[0] == __name__.split(".")[0]:
        module = _PUBLIC + ("base" if module.endswith(".base") else "data")
    return f"{module}.{cls.__name__}"


def deconstructed(field: Any) -> tuple[str, list[Any], dict[str, Any]]:
    """What `Field.deconstruct` gives."""
    arguments: dict[str, Any] = {
        "source_field": field.source_field,
        "generated": field.generated or None,
        "primary_key": field.pk or None,
        "null": field.null or None,
        "default": field.default,
        "unique": field.unique or None,
        "db_index": (field.index and (field.pk or not field.unique)) or None,
        "description": field.description,
    }
    given = {name: value for name, value in arguments.items() if value is not None}
    if field.db_default is not DB_DEFAULT_NOT_SET:
        given["db_default"] = field.db_default
    if field.validators:
        given["validators"] = list(field.validators)
    for name in field.arguments:
        given[name] = getattr(field, name)
    if field.collation is not None:
        given["collation"] = field.collation
    if field.computation is None:
        return public_path(field), [], given
    return f"{_PUBLIC}GeneratedField", [], {**field.computation._asdict(), "output_field": uncomputed(field)}


def uncomputed(field: Any) -> Any:
    """What a computed field was before it was one."""
    other = copy(field)
    other.computation = None
    return other


def either(*kinds: type) -> Any:
    """A union of types that ``isinstance`` takes, as far as the running Python has such a thing."""
    if sys.version_info >= (3, 10):
        union: Any = kinds[0]
        for kind in kinds[1:]:
            union = union | kind
        return union
    from typing import Union

    return Union[kinds]
