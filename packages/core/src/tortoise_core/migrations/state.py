"""Tables as values: what a set of models wants a database to look like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Optional, Union

from tortoise_core.ast.ddl import ComputedColumn, ConstantDefault, Constraint, Default, IndexOptions, Unique
from tortoise_core.ast.types import Spelling, SqlType
from tortoise_core.base.timezone import Clock
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.constraints import CheckConstraint, UniqueConstraint
from tortoise_core.query.expressions import Expression
from tortoise_core.query.indexes import Index
from tortoise_core.query.inline import inline_text
from tortoise_core.query.q import Q
from tortoise_core.query.table_constraint import TableConstraint
from tortoise_core.schema.columns_of import columns_of
from tortoise_core.schema.constraint_names import constraint_name
from tortoise_core.schema.db_defaults import DB_DEFAULT_NOT_SET, SqlDefault
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
    default: Optional[Default] = None
    #: how a field of a user's own writes a generated key, by dialect
    generated_sql: Spelling = ()
    computed: Optional[ComputedColumn] = None
    collation: Optional[str] = None


class ForeignKeyState(NamedTuple):
    """`columns` refer to `target_columns` of the table `target`."""

    name: str
    columns: tuple[str, ...]
    target: TableKey
    target_columns: tuple[str, ...]
    on_delete: str
    #: "deferred" or "immediate"; None: it cannot be deferred
    deferrable: Optional[str] = None


class IndexState(NamedTuple):
    """An index over columns, in order, or over expressions, which like its condition `where` are SQL text.

    `kind` and `extra` are what `query.indexes.Index` calls INDEX_TYPE and extra.
    """

    name: str
    columns: tuple[str, ...]
    unique: bool
    expressions: tuple[str, ...] = ()
    kind: str = ""
    where: Optional[str] = None
    extra: str = ""
    options: IndexOptions = IndexOptions()


class TableState(NamedTuple):
    """A table with all that belongs to it."""

    key: TableKey
    columns: tuple[ColumnState, ...]
    primary_key: tuple[str, ...]
    uniques: tuple[tuple[str, tuple[str, ...]], ...]
    foreign_keys: tuple[ForeignKeyState, ...]
    indexes: tuple[IndexState, ...]
    comment: Optional[str]
    #: (name, SQL text of the condition)
    checks: tuple[tuple[str, str], ...] = ()
    #: constraints that need more than columns or a condition
    constraints: tuple[Constraint, ...] = ()


SchemaState = dict[TableKey, TableState]


def state_of(models: Iterable[type[Record]], backend: Backend) -> SchemaState:
    """The tables of `models` and of the links between them, as `backend` would be asked for them."""
    declared = list(models)
    tables = [_table(model, backend) for model in declared]
    for model in declared:
        for relation in model._meta.relations():
            if isinstance(relation, ManyToManyFieldInstance) and not relation.generated:
                tables.append(_link_table(relation, backend.clock))
    state: SchemaState = {}
    for table in tables:
        # a link table that a model declares by itself is that model's; two relations may share one
        state.setdefault(table.key, table)
    return state


def _table(model: type[Record], backend: Backend) -> TableState:
    meta = model._meta
    columns = tuple([_column(model, field, backend) for field in meta.columns])
    keys = [r for r in meta.relations() if isinstance(r, ForeignKeyFieldInstance) and r.db_constraint]
    return TableState(
        (meta.schema, meta.db_table),
        columns,
        tuple([field.column for field in meta.key]),
        tuple(_uniques(model)),
        tuple([_foreign_key(relation, meta.db_table) for relation in keys]),
        tuple(_indexes(model, backend)),
        meta.table_description,
        tuple([(check.name, _text(model, check.check, backend)) for check in _checks(model)]),
        tuple(_constraints(model, backend)),
    )


def _column(model: type[Record], field: Field[Any], backend: Backend) -> ColumnState:
    sql_type, generated = field.sql_type(backend.clock), field.pk and field.generated
    own = field.generated_sql() if generated else ()
    return ColumnState(
        field.column,
        sql_type,
        field.null,
        generated,
        field.description,
        _default(field, sql_type),
        own,
        _computed(model, field, backend),
        field.collation,
    )


def _computed(model: type[Record], field: Field[Any], backend: Backend) -> Optional[ComputedColumn]:
    if field.computation is None:
        return None
    expression, stored = field.computation
    text = expression if isinstance(expression, str) else inline_text(model, expression, backend)
    return ComputedColumn(text, stored)


def _default(field: Field[Any], sql_type: SqlType) -> Optional[Default]:
    value = field.db_default
    if value is DB_DEFAULT_NOT_SET:
        return None
    if isinstance(value, SqlDefault):
        return value.node()
    return ConstantDefault(field.to_db_value(value, field.model), sql_type)


def _uniques(model: type[Record]) -> Iterable[tuple[str, tuple[str, ...]]]:
    meta = model._meta
    for field in meta.columns:
        if field.unique and not field.pk:
            yield constraint_name("uid", meta.db_table, (field.column,)), (field.column,)
    for relation in meta.relations():
        shared = isinstance(relation, ForeignKeyFieldInstance) and relation.unique and not relation.pk
        if shared and len(relation.pairs) > 1:
            columns = tuple([own.column for own, _ in relation.pairs])
            yield constraint_name("uid", meta.db_table, columns), columns
    for together in meta.unique_together:
        columns = columns_of(meta, together, "unique_together")
        yield constraint_name("uid", meta.db_table, columns), columns
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None and not constraint.has_options:
            yield _unique_name(model, constraint), columns_of(meta, constraint.fields, "constraints")


def _unique_name(model: type[Record], constraint: UniqueConstraint) -> str:
    columns = columns_of(model._meta, constraint.fields, "constraints")
    return constraint.name or constraint_name("uid", model._meta.db_table, columns)


def _checks(model: type[Record]) -> list[CheckConstraint]:
    return [constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint)]


class _TableText:
    """What a dialect's own constraint says of a table, as the dialect writes it."""

    def __init__(self, model: type[Record], backend: Backend) -> None:
        self.model, self.backend = model, backend

    def key(self, what: Union[str, Expression]) -> str:
        if isinstance(what, Expression):
            return f"({inline_text(self.model, what, self.backend)})"
        compiler = self.backend.dialect.ddl_compiler(self.backend.capabilities, self.backend.dialect.types)
        return compiler.names(columns_of(self.model._meta, (what,), "constraints"))

    def condition(self, condition: Union[str, Q, None]) -> Optional[str]:
        return None if condition is None else _text(self.model, condition, self.backend)


def _constraints(model: type[Record], backend: Backend) -> Iterable[Constraint]:
    """What a dialect brings, and uniqueness that is more than columns; under a condition it is an index."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, TableConstraint):
            yield constraint.node(_TableText(model, backend))
        elif isinstance(constraint, UniqueConstraint) and constraint.condition is None and constraint.has_options:
            columns = columns_of(model._meta, constraint.fields, "constraints")
            include = columns_of(model._meta, constraint.include, "constraints")
            name = _unique_name(model, constraint)
            yield Unique(name, columns, include, constraint.nulls_distinct, constraint.deferrable)


def _text(model: type[Record], condition: Union[str, Q], backend: Backend) -> str:
    return condition if isinstance(condition, str) else inline_text(model, condition, backend)


def _indexes(model: type[Record], backend: Backend) -> Iterable[IndexState]:
    meta = model._meta
    for field in meta.columns:
        if field.index and not field.unique:
            yield IndexState(constraint_name("idx", meta.db_table, (field.column,)), (field.column,), False)
    for index in meta.indexes:
        if isinstance(index, Index):
            yield _index(model, index, backend)
        else:
            columns = columns_of(meta, index)
            yield IndexState(constraint_name("idx", meta.db_table, columns), columns, False)
    for constraint in meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is not None:
            # no table constraint takes a condition, but a unique index does
            columns = columns_of(meta, constraint.fields, "constraints")
            where = _text(model, constraint.condition, backend)
            include = columns_of(meta, constraint.include, "constraints")
            options = IndexOptions(include=include, nulls_distinct=constraint.nulls_distinct)
            yield IndexState(_unique_name(model, constraint), columns, True, where=where, options=options)


def _index(model: type[Record], index: Index, backend: Backend) -> IndexState:
    condition = index.condition_or_none
    return IndexState(
        index.index_name(None, model),
        columns_of(model._meta, index.plain_fields),
        False,
        tuple([inline_text(model, expression, backend) for expression in index.expressions]),
        index.INDEX_TYPE,
        None if condition is None else inline_text(model, condition, backend),
        index.own_extra.strip(),
        IndexOptions(
            index.descending, index.opclasses, columns_of(model._meta, index.include), None, index.concurrently
        ),
    )


def _foreign_key(relation: ForeignKeyFieldInstance[Any], table: str) -> ForeignKeyState:
    target = relation.related_model._meta
    own = tuple([near.column for near, _ in relation.pairs])
    far = tuple([other.column for _, other in relation.pairs])
    name = constraint_name("fk", table, own, target.db_table, far)
    return ForeignKeyState(
        name, own, (target.schema, target.db_table), far, relation.on_delete.value, relation.deferrable
    )


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
