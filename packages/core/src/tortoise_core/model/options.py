"""The options of a model: its inner class Meta, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean, shown
from tortoise_core.query.constraints import CheckConstraint, UniqueConstraint
from tortoise_core.query.indexes import Index
from tortoise_core.query.table_constraint import TableConstraint
from tortoise_core.schema.field_docs import first_line
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.together import field_names

KNOWN_OPTIONS = frozenset(
    {
        "abstract", "app", "constraints", "fetch_db_defaults", "indexes", "manager", "ordering", "pk_attr",
        "primary_key", "schema", "table", "table_description", "unique_together",
    }
)  # fmt: skip


def read_options(name: str, bases: tuple[type, ...], attrs: Mapping[str, Any]) -> MetaInfo:
    """What the inner class Meta says. Only the ordering of a base is inherited, unless Meta derives from its Meta.

    Raises ConfigurationError for unknown options and for values that cannot be what they are given as.
    """
    options = _options(name, attrs.get("Meta"))
    meta = MetaInfo(name)
    meta.abstract = bool(options.get("abstract", False))
    meta.db_table = options.get("table") or name.lower()
    meta.schema, meta.app = options.get("schema"), options.get("app")
    meta.table_description = options.get("table_description") or first_line(attrs.get("__doc__"))
    meta.declared_key = _declared_key(name, options, bases)
    meta.ordering = _ordering(name, options, bases)
    meta.unique_together = field_names(f"{name}.Meta.unique_together", options.get("unique_together"))
    meta.indexes = _indexes(name, options.get("indexes"))
    meta.constraints = _constraints(name, options.get("constraints"))
    meta.manager = options.get("manager")
    meta.fetch_db_defaults = bool(options.get("fetch_db_defaults", True))
    return meta


def _options(name: str, inner: Optional[type]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for cls in reversed(inner.__mro__ if inner is not None else ()):
        found.update({key: value for key, value in vars(cls).items() if not key.startswith("_")})
    unknown = sorted(set(found) - KNOWN_OPTIONS)
    if unknown:
        raise ConfigurationError(f'{name}.Meta has no option "{unknown[0]}".{did_you_mean(unknown[0], KNOWN_OPTIONS)}')
    return found


def _declared_key(name: str, options: Mapping[str, Any], bases: tuple[type, ...]) -> tuple[str, ...]:
    if "primary_key" not in options:
        inherited = next((base.__dict__["_meta"] for base in bases if "_meta" in base.__dict__), None)
        return inherited.declared_key if inherited is not None else ()
    wanted = options["primary_key"]
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted or ())
    if not all(isinstance(part, str) for part in names):
        raise ConfigurationError(f"{name}.Meta.primary_key takes names of fields, not {shown(wanted)}")
    return names


def _ordering(name: str, options: Mapping[str, Any], bases: tuple[type, ...]) -> tuple[str, ...]:
    if "ordering" not in options:
        inherited = next((base.__dict__["_meta"] for base in bases if "_meta" in base.__dict__), None)
        return inherited.ordering if inherited is not None else ()
    wanted = options["ordering"] or ()
    names = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    if not all(isinstance(item, str) for item in names):
        raise ConfigurationError(f"{name}.Meta.ordering is a list of field names, not {shown(wanted)}")
    return names


def _indexes(name: str, value: Any) -> tuple[Any, ...]:
    """Tuples of field names and Index objects. A single tuple of names is one index."""
    items = list(value or ())
    if not any(isinstance(item, Index) for item in items):
        return field_names(f"{name}.Meta.indexes", items)
    found: list[Any] = []
    for item in items:
        found += [item] if isinstance(item, Index) else field_names(f"{name}.Meta.indexes", (item,))
    return tuple(found)


def _constraints(name: str, value: Any) -> tuple[Any, ...]:
    items = tuple(value or ())
    for item in items:
        if not isinstance(item, (CheckConstraint, TableConstraint, UniqueConstraint)):
            raise ConfigurationError(
                f"{name}.Meta.constraints takes UniqueConstraint and CheckConstraint objects, not {shown(item)}"
            )
    return items
