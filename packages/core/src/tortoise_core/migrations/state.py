"""Tables as values: what a set of models wants a database to look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from tortoise_core.ast.types import SqlType
from tortoise_core.base.timezone import Clock
from tortoise_core.migrations.names import constraint_name
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance, ManyToManyFieldInstance

#: (schema or None, table)
TableKey = tuple[Optional[str], str]


class ColumnState(NamedTuple):
    """A column. `generated`: the database gives ascending keys by itself."""

    name: str
    type: SqlType
    nullable: bool
    generated: bool
    comment: Optional[str]


class ForeignKeyState(NamedTuple):
    """`columns` refer to `target_columns` of the table `target`."""

    name: str
    columns: tuple[str, ...]
    target: TableKey
    target_columns: tuple[str, ...]
    on_delete: str


class IndexState(NamedTuple):
    """An index over columns, in order."""

    name: str
    columns: tuple[str, ...]
    unique: bool


class TableState(NamedTuple):
    """A table with all that belongs to it."""

    key: TableKey
    columns: tuple[ColumnState, ...]
    primary_key: tuple[str, ...]
    uniques: tuple[tuple[str, tuple[str, ...]], ...]
    foreign_keys: tuple[ForeignKeyState, ...]
    indexes: tuple[IndexState, ...]
    comment: Optional[str]


SchemaState = dict[TableKey, TableState]


def state_of(models: Iterable[type[Record]], clock: Clock) -> SchemaState:
    """The tables of `models` and of the links between them."""
    tables: list[TableState] = []
    for model in models:
        tables.append(_table(model, clock))
        for relation in model._meta.relations():
            if isinstance(relation, ManyToManyFieldInstance) and not relation.generated:
                tables.append(_link_table(relation, clock))
    state: SchemaState = {}
    for table in tables:
        # two relations may share one link table, which a model may also declare by itself
        state.setdefault(table.key, table)
    return state


def _table(model: type[Record], clock: Clock) -> TableState:
    meta = model._meta
    key = (meta.schema, meta.db_table)
    columns = tuple([_column(field, clock) for field in meta.columns])
    keys = [r for r in meta.relations() if isinstance(r, ForeignKeyFieldInstance) and r.db_constraint]
    return TableState(
        key,
        columns,
        tuple([field.column for field in meta.key]),
        tuple(_uniques(model)),
        tuple([_foreign_key(relation, meta.db_table) for relation in keys]),
        tuple(_indexes(model)),
        meta.table_description,
    )


def _column(field: Field[Any], clock: Clock) -> ColumnState:
    return ColumnState(field.column, field.sql_type(clock), field.null, field.pk and field.generated, field.description)


def _columns_of(model: type[Record], names: tuple[str, ...]) -> tuple[str, ...]:
    """Column names for attribute names; a foreign key stands for its columns."""
    columns: list[str] = []
    for name in names:
        found = model._meta.fields_map.get(name)
        if isinstance(found, ForeignKeyFieldInstance):
            columns += [own.column for own, _ in found.pairs]
        elif isinstance(found, Field):
            columns.append(found.column)
        else:
            raise model._meta.unknown(name)
    return tuple(columns)


def _uniques(model: type[Record]) -> Iterable[tuple[str, tuple[str, ...]]]:
    meta = model._meta
    for field in meta.columns:
        if field.unique and not field.pk:
            yield constraint_name("uid", meta.db_table, (field.column,)), (field.column,)
    for together in meta.unique_together:
        columns = _columns_of(model, together)
        yield constraint_name("uid", meta.db_table, columns), columns


def _indexes(model: type[Record]) -> Iterable[IndexState]:
    meta = model._meta
    for field in meta.columns:
        if field.index and not field.unique:
            yield IndexState(constraint_name("idx", meta.db_table, (field.column,)), (field.column,), False)
    for names in meta.indexes:
        columns = _columns_of(model, names)
        yield IndexState(constraint_name("idx", meta.db_table, columns), columns, False)


def _foreign_key(relation: ForeignKeyFieldInstance[Any], table: str) -> ForeignKeyState:
    target = relation.related_model._meta
    own = tuple([near.column for near, _ in relation.pairs])
    far = tuple([other.column for _, other in relation.pairs])
    name = constraint_name("fk", table, own, target.db_table, far)
    return ForeignKeyState(name, own, (target.schema, target.db_table), far, relation.on_delete.value)


def _link_table(relation: ManyToManyFieldInstance, clock: Clock) -> TableState:
    table = relation.link_table
    sides = [
        (relation.own_columns, relation.own_key, relation.model._meta),
        (relation.far_columns, relation.far_key, relation.related_model._meta),
    ]
    columns: list[ColumnState] = []
    keys: list[ForeignKeyState] = []
    for names, fields, target in sides:
        columns += [ColumnState(n, f.sql_type(clock), False, False, None) for n, f in zip(names, fields)]
        far = tuple([field.column for field in fields])
        name = constraint_name("fk", table, names, target.db_table, far)
        keys.append(ForeignKeyState(name, names, (target.schema, target.db_table), far, relation.on_delete.value))
    both = (*relation.own_columns, *relation.far_columns)
    indexes = (IndexState(constraint_name("uidx", table, both), both, True),) if relation.unique else ()
    key = (relation.model._meta.schema, table)
    foreign = tuple(keys) if relation.db_constraint else ()
    return TableState(key, tuple(columns), (), (), foreign, indexes, relation.description)
