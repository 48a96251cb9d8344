"""From one state of a schema to another, as operations in an order that can be carried out."""

from __future__ import annotations

from typing import Optional

from tortoise_core.ast.types import Array, Enumeration
from tortoise_core.base.errors import ConfigurationError, UnSupportedError
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.migrations.operations import (
    AddForeignKey,
    CreateEnum,
    CreateIndex,
    CreateSchema,
    CreateTable,
    Operation,
)
from tortoise_core.migrations.state import SchemaState, TableKey, TableState

NOTHING: SchemaState = {}


def diff(before: SchemaState, after: SchemaState, capabilities: Capabilities) -> list[Operation]:
    """The operations that make `after` of `before`. Tables are added; changing and dropping them is refused."""
    for key in before:
        if after.get(key) != before[key]:
            raise UnSupportedError(f"table {key[1]!r} would have to be changed or dropped, which needs a migration")
    new = {key: table for key, table in after.items() if key not in before}
    schemas = {key[0]: None for key in new if key[0] is not None} if capabilities.schemas else {}
    operations: list[Operation] = [CreateSchema(name) for name in schemas]
    if capabilities.enum_types:
        there = enumerations(before)
        operations += [CreateEnum(wanted) for wanted in enumerations(new) if wanted not in there]
    late: list[Operation] = []
    standing = set(before)
    for table in in_order(new):
        standing.add(table.key)
        # a key to a table that comes later is added afterwards, where the dialect can; others take it inline
        inline = [k for k in table.foreign_keys if k.target in standing or not capabilities.add_foreign_key]
        operations.append(CreateTable(table, tuple(inline)))
        late += [AddForeignKey(table.key, key) for key in table.foreign_keys if key not in inline]
        # nobody writes to a table that was just made, and what is made with it is made in one transaction
        at_once = [index._replace(options=index.options._replace(concurrently=False)) for index in table.indexes]
        operations += [CreateIndex(table.key, index) for index in at_once]
    return operations + late


def enumerations(tables: SchemaState) -> list[Enumeration]:
    """The enumerations that columns are of, or lists of. ConfigurationError for two of one name that differ."""
    found: dict[tuple[Optional[str], str], Enumeration] = {}
    for table in tables.values():
        for column in table.columns:
            sql_type = column.type.item if isinstance(column.type, Array) else column.type
            if not isinstance(sql_type, Enumeration):
                continue
            other = found.setdefault((sql_type.schema, sql_type.name), sql_type)
            if other.labels != sql_type.labels:
                raise ConfigurationError(
                    f'column "{column.name}" of table "{table.key[1]}": the type "{sql_type.name}" has other values '
                    f"there than elsewhere: {', '.join(sql_type.labels)} and {', '.join(other.labels)}"
                )
    return list(found.values())


def in_order(tables: SchemaState) -> list[TableState]:
    """Tables after those they refer to, as far as there is no cycle; otherwise in the order given."""
    waiting: dict[TableKey, set[TableKey]] = {
        key: {k.target for k in table.foreign_keys if k.target in tables and k.target != key}
        for key, table in tables.items()
    }
    ordered: list[TableState] = []
    while waiting:
        free = [key for key, targets in waiting.items() if not targets & waiting.keys()]
        for key in free or [next(iter(waiting))]:
            ordered.append(tables[key])
            del waiting[key]
    return ordered
