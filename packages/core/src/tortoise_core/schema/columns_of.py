"""From the names that a Meta class lists to columns, and the check that they are there."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import did_you_mean, path_parts
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.relations import ForeignKeyFieldInstance


def columns_of(meta: MetaInfo, names: Iterable[str], what: str = "indexes") -> tuple[str, ...]:
    """Column names for attribute names; a foreign key stands for its columns. `what` names the option in errors.

    Raises ConfigurationError for names that are not there or have no column.
    """
    columns: list[str] = []
    for name in names:
        found = meta.pk if name == "pk" else meta.fields_map.get(name)
        if isinstance(found, ForeignKeyFieldInstance):
            columns += [own.column for own, _ in found.pairs]
        elif isinstance(found, Field):
            columns.append(found.column)
        elif found is not None:
            raise ConfigurationError(f"'{meta.name}.{what}' names '{name}', a relation without a column")
        else:
            hint = did_you_mean(name, meta.fields_map)
            raise ConfigurationError(f"'{meta.name}.{what}' has no '{name}' field.{hint}")
    return tuple(columns)


def check_ordering(meta: MetaInfo) -> None:
    """Raise ConfigurationError if the ordering of a model names something that it cannot be ordered by."""
    for entry in meta.ordering:
        at = meta
        for part in path_parts(entry.lstrip("-")):
            found = at.pk if part == "pk" else at.fields_map.get(part)
            if found is None:
                hint = did_you_mean(part, [*at.fields_map, "pk"])
                raise ConfigurationError(f'{meta.name}.Meta.ordering: {at.name} has no field "{part}".{hint}')
            if isinstance(found, Field):
                break
            at = found.related_model._meta
