"""What is to be done to a schema, as values that give DDL."""

from __future__ import annotations

from typing import NamedTuple, Optional, Union

from tortoise_core.ast import ddl
from tortoise_core.ast.expressions import Node
from tortoise_core.ast.types import Enumeration
from tortoise_core.dialect.capabilities import Capabilities
from tortoise_core.migrations.state import ForeignKeyState, IndexState, TableKey, TableState


def _name(key: TableKey) -> ddl.TableName:
    return ddl.TableName(key[1], key[0])


def _foreign_key(key: ForeignKeyState) -> ddl.ForeignKey:
    return ddl.ForeignKey(key.name, key.columns, _name(key.target), key.target_columns, key.on_delete, key.deferrable)


class CreateSchema(NamedTuple):
    """A named schema, unless it is there: other tables may have needed it before."""

    name: str

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL."""
        return [ddl.CreateSchema(self.name)]


class CreateEnum(NamedTuple):
    """A type of labels."""

    enumeration: Enumeration

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL. `safe` passes over what exists already."""
        enumeration = self.enumeration
        return [ddl.CreateEnum(ddl.TableName(enumeration.name, enumeration.schema), enumeration.labels, safe)]


class AddEnumValue(NamedTuple):
    """One more label of a type, behind `after`; None: as the first one."""

    enumeration: Enumeration
    label: str
    after: Optional[str]

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL. `safe` passes over what exists already."""
        name = ddl.TableName(self.enumeration.name, self.enumeration.schema)
        before = self.enumeration.labels[0] if self.after is None else None
        return [ddl.AddEnumValue(name, self.label, before, self.after, safe)]


class CreateTable(NamedTuple):
    """A table, with those of its foreign keys whose targets stand."""

    table: TableState
    foreign_keys: tuple[ForeignKeyState, ...]

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL. `safe` passes over what exists already."""
        table = self.table
        columns = tuple([ddl.ColumnDef(*column) for column in table.columns])
        keys = tuple([_foreign_key(key) for key in self.foreign_keys])
        return [
            ddl.CreateTable(
                _name(table.key),
                columns,
                table.primary_key,
                table.uniques,
                keys,
                table.checks,
                safe,
                table.comment,
                table.constraints,
            )
        ]


class AddForeignKey(NamedTuple):
    """A foreign key between two tables that stand."""

    table: TableKey
    foreign_key: ForeignKeyState

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL. `safe` passes over what exists already."""
        return [ddl.AddForeignKey(_name(self.table), _foreign_key(self.foreign_key), safe)]


class CreateIndex(NamedTuple):
    """An index on a table that stands."""

    table: TableKey
    wanted: IndexState

    def nodes(self, capabilities: Capabilities, safe: bool) -> list[Node]:
        """The DDL. `safe` passes over what exists already."""
        index = self.wanted
        node = ddl.CreateIndex(
            index.name,
            _name(self.table),
            index.columns,
            index.expressions,
            index.unique,
            index.kind,
            index.where,
            index.extra,
            safe,
            index.options,
        )
        return [node]


Operation = Union[CreateSchema, CreateEnum, AddEnumValue, CreateTable, AddForeignKey, CreateIndex]
