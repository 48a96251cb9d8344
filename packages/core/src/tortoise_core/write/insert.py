"""Storing a new instance, or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Table
from tortoise_core.base.errors import FieldError
from tortoise_core.dialect.compiler.quoting import fit_identifier
from tortoise_core.dialect.driver import BulkInsert
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.rewriters import rewritten
from tortoise_core.schema.converters import decoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, codec_of


class InsertPlan:
    """One way to insert a model: with its key given, or made by the database (`key` set)."""

    __slots__ = ("bind", "bulk", "decode_key", "key", "key_at", "key_name", "sql", "to_values")

    def __init__(self, codec: Codec, key: Optional[Field[Any]]) -> None:
        backend = codec.backend
        names = tuple([name for name in codec.names if key is None or name != key.model_field_name])
        self.to_values = codec.to_values(names, True)
        self.key = key
        self.key_name = "" if key is None else key.model_field_name
        self.key_at = -1 if key is None else codec.position[self.key_name]
        self.decode_key = None if key is None else decoder(key, backend)
        node = rewritten(backend, insert_node(codec, names, key))
        statement = backend.compile(node)
        self.sql = statement.sql
        self.bind = statement.bind
        assert isinstance(node, wr.Insert)
        self.bulk = bulk_plan(backend, node, key)
        if statement.direct:
            self.bind = _as_is


def _as_is(values: Sequence[Any]) -> Any:
    return values


def insert_node(
    codec: Codec, names: tuple[str, ...], key: Optional[Field[Any]], conflict: Optional[wr.Conflict] = None
) -> wr.Insert:
    """The statement that inserts one row of the attributes `names` and gives `key` back."""
    meta, clock = codec.record._meta, codec.backend.clock
    fields = [codec.fields[codec.position[name]] for name in names]
    values: list[ex.Expression] = [ex.Param(i, f.sql_type(clock), None, False) for i, f in enumerate(fields)]
    table = Table(meta.db_table, meta.schema, meta.db_table)
    returning = () if key is None else (ex.Column(meta.db_table, key.column, key.sql_type(clock)),)
    return wr.Insert(table, tuple([field.column for field in fields]), (tuple(values),), returning, conflict)


def bulk_plan(backend: Backend, node: wr.Insert, key: Optional[Field[Any]]) -> Optional[BulkInsert]:
    """The plan for many rows; None where a value is computed by the server, so that rows go one by one."""
    if not all(isinstance(value, ex.Param) for value in node.rows[0]):
        return None
    plain = wr.Insert(node.table, node.columns, node.rows, (), node.conflict)
    limit = backend.capabilities.max_identifier
    return BulkInsert(
        backend.compile(plain).sql,
        fit_identifier(node.table.name, limit),
        node.table.schema,
        tuple([fit_identifier(name, limit) for name in node.columns]),
        None if key is None else fit_identifier(key.column, limit),
        node.conflict is not None,
    )


def insert_plan(codec: Codec, generated: bool) -> InsertPlan:
    """The plan for a model whose key the database makes (`generated`) or whose instances bring theirs."""
    key = codec.plan_key(generated)
    plan: Optional[InsertPlan] = codec.plans.get(key)
    if plan is None:
        plan = InsertPlan(codec, codec.generated_key if generated else None)
        codec.plans.put(key, plan)
    return plan


async def insert(executor: Executor, instance: Record) -> None:
    """Store a new instance; its generated key is set."""
    backend = executor.backend or await executor.ready()
    record = type(instance)
    codec = codec_of(record, backend)
    key = codec.generated_key
    generated = key is not None and getattr(instance, key.model_field_name) is None
    plan = insert_plan(codec, generated)
    try:
        values = plan.to_values(instance)
    except HasExpression as found:
        raise FieldError(f"{record.__name__}.{found}: an expression needs a stored row; save a value first") from None
    if not generated:
        await executor.execute(plan.sql, plan.bind(values))
        instance._loaded = values
    else:
        rows = await executor.fetch(plan.sql, plan.bind(values))
        _keep_key(plan, instance, rows[0][0], values)
    instance._origin = executor.saved_origin(instance._origin)


def _keep_key(plan: InsertPlan, instance: Record, stored: Any, values: tuple[Any, ...]) -> None:
    setattr(instance, plan.key_name, stored if plan.decode_key is None else plan.decode_key(stored))
    at = plan.key_at
    instance._loaded = (*values[:at], stored, *values[at:]) if at else (stored, *values)


async def insert_many(executor: Executor, record: type[Record], instances: Sequence[Record]) -> None:
    """Store new instances of one model in the given order; generated keys are set."""
    backend = executor.backend or await executor.ready()
    codec = codec_of(record, backend)
    key = record._meta.generated_key
    if key is None:
        await _insert_group(executor, insert_plan(codec, False), instances)
        return
    name = key.model_field_name
    fresh = [instance for instance in instances if getattr(instance, name) is None]
    given = instances if not fresh else [i for i in instances if getattr(i, name) is not None]
    if given:
        await _insert_group(executor, insert_plan(codec, False), given)
    if fresh:
        await _insert_group(executor, insert_plan(codec, True), fresh)


async def _insert_group(executor: Executor, plan: InsertPlan, instances: Sequence[Record]) -> None:
    to_values, bind = plan.to_values, plan.bind
    try:
        values = [to_values(instance) for instance in instances]
    except HasExpression as found:
        raise FieldError(f"{type(instances[0]).__name__}.{found}: bulk_create takes values, not expressions") from None
    if plan.bulk is None:
        for instance in instances:
            await insert(executor, instance)
        return
    rows = values if bind is _as_is else [bind(row) for row in values]
    keys = await executor.insert_many(plan.bulk, rows)
    if keys is None:
        for instance, row in zip(instances, values):
            instance._loaded = row
    else:
        _keep_keys(plan, instances, keys, values)
    fresh = executor.saved_origin(None)
    for instance in instances:
        prior = instance._origin
        instance._origin = fresh if prior is None else executor.saved_origin(prior)


def _keep_keys(
    plan: InsertPlan, instances: Sequence[Record], keys: Sequence[Any], values: Sequence[tuple[Any, ...]]
) -> None:
    name, decode, at = plan.key_name, plan.decode_key, plan.key_at
    for instance, key, row in zip(instances, keys, values):
        setattr(instance, name, key if decode is None else decode(key))
        instance._loaded = (*row[:at], key, *row[at:]) if at else (key, *row)
