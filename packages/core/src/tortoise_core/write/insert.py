"""Storing a new instance, or many at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, Callable, NamedTuple, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Table
from tortoise_core.base.errors import FieldError, UnSupportedError
from tortoise_core.dialect.compiler.quoting import fit_identifier
from tortoise_core.dialect.driver import BulkInsert
from tortoise_core.dialect.statements import Backend
from tortoise_core.query.rewriters import rewritten
from tortoise_core.schema.codegen import Code, attribute
from tortoise_core.schema.converters import Convert, decoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, codec_of


class Returned(NamedTuple):
    """A column whose stored value comes back: its attribute, its decoder, its place in a row."""

    name: str
    decode: Convert
    at: int


class InsertPlan:
    """One way to insert a model: with its key given or made by the database, and some columns `left` to it."""

    __slots__ = (
        "bind", "bulk", "decode_key", "keep_keys", "key", "key_at", "key_name", "positions", "returned", "sql",
        "to_values", "unknown",
    )  # fmt: skip

    def __init__(self, codec: Codec, key: Optional[Field[Any]], left: tuple[str, ...] = ()) -> None:
        backend, position = codec.backend, codec.position
        self.key = key
        self.key_name = "" if key is None else key.model_field_name
        names = tuple([name for name in codec.names if name != self.key_name and name not in left])
        self.to_values = codec.to_values(names, True)
        self.key_at = -1 if key is None else position[self.key_name]
        self.decode_key = None if key is None else decoder(key, backend)
        fetched = _fetched(codec, left)
        back = fetched if key is None else [key, *fetched]
        if fetched and not backend.capabilities.returning:
            raise UnSupportedError(
                f"{codec.record.__name__}: {backend.dialect.name} gives no defaults back; set fetch_db_defaults "
                "to False in class Meta"
            )
        self.keep_keys = None if key is None or left else _write_keep_keys(self)
        #: what comes back where more does than the key; where the bound values stand in a row; what stays unknown
        self.returned = [Returned(f.model_field_name, decoder(f, backend), position[f.model_field_name]) for f in back]
        self.positions = [position[name] for name in names] if left else None
        self.unknown = [(name, position[name]) for name in left if name not in {f.model_field_name for f in fetched}]
        node = rewritten(backend, insert_node(codec, names, back))
        statement = backend.compile(node)
        self.sql = statement.sql
        self.bind = _as_is if statement.direct else statement.bind
        assert isinstance(node, wr.Insert)
        self.bulk = bulk_plan(backend, node, key, fetched)


def _fetched(codec: Codec, left: tuple[str, ...]) -> list[Field[Any]]:
    """Of the columns left to the database those that are read back: all, or keys alone if the model says so."""
    fields = [codec.fields[codec.position[name]] for name in left]
    return [field for field in fields if field.pk or codec.record._meta.fetch_db_defaults]


def _as_is(values: Sequence[Any]) -> Any:
    return values


def insert_node(
    codec: Codec, names: tuple[str, ...], back: Sequence[Field[Any]], conflict: Optional[wr.Conflict] = None
) -> wr.Insert:
    """The statement that inserts one row of the attributes `names` and gives the columns `back`."""
    meta, clock = codec.record._meta, codec.backend.clock
    fields = [codec.fields[codec.position[name]] for name in names]
    values: list[ex.Expression] = [ex.Param(i, f.sql_type(clock), None, False) for i, f in enumerate(fields)]
    table = Table(meta.db_table, meta.schema, meta.db_table)
    returning = tuple([ex.Column(meta.db_table, field.column, field.sql_type(clock)) for field in back])
    return wr.Insert(table, tuple([field.column for field in fields]), (tuple(values),), returning, conflict)


def bulk_plan(
    backend: Backend, node: wr.Insert, key: Optional[Field[Any]], back: Sequence[Field[Any]] = ()
) -> Optional[BulkInsert]:
    """The plan for many rows; None where a value is computed by the server, so that rows go one by one."""
    if not all(isinstance(value, ex.Param) for value in node.rows[0]):
        return None
    statement = backend.compile(wr.Insert(node.table, node.columns, node.rows, (), node.conflict))
    limit = backend.capabilities.max_identifier
    return BulkInsert(
        statement.sql,
        fit_identifier(node.table.name, limit),
        node.table.schema,
        tuple([fit_identifier(name, limit) for name in node.columns]),
        None if key is None else fit_identifier(key.column, limit),
        node.conflict is not None,
        tuple([fit_identifier(field.column, limit) for field in back]),
        statement.count - len(node.columns),
    )


def insert_plan(codec: Codec, generated: bool, left: tuple[str, ...] = ()) -> InsertPlan:
    """The plan for a model whose key the database makes (`generated`) or whose instances bring theirs.

    `left` are further attributes whose values are the database's defaults.
    """
    key = codec.plan_key((generated, left) if left else generated)
    plan: Optional[InsertPlan] = codec.plans.get(key)
    if plan is None:
        plan = InsertPlan(codec, codec.generated_key if generated else None, left)
        codec.plans.put(key, plan)
    return plan


def plan_of(codec: Codec, instance: Record) -> InsertPlan:
    """The plan for a new instance as it is."""
    key = codec.generated_key
    generated = key is not None and getattr(instance, key.model_field_name) is None
    return insert_plan(codec, generated, codec.left_out(instance) if codec.default_names else ())


async def insert(executor: Executor, instance: Record) -> None:
    """Store a new instance; what the database makes of it is set, its generated key first of all."""
    backend = executor.backend or await executor.ready()
    record = type(instance)
    plan = plan_of(codec_of(record, backend), instance)
    try:
        values = plan.to_values(instance)
    except HasExpression as found:
        raise FieldError(f"{record.__name__}.{found}: an expression needs a stored row; save a value first") from None
    if plan.returned:
        rows = await executor.fetch(plan.sql, plan.bind(values))
        _keep(plan, instance, rows[0], values)
    else:
        await executor.execute(plan.sql, plan.bind(values))
        _keep(plan, instance, (), values)
    instance._origin = executor.saved_origin(instance._origin)


def _keep(plan: InsertPlan, instance: Record, stored: Sequence[Any], values: tuple[Any, ...]) -> None:
    """Tell an instance what came back, and make it remember its row."""
    if plan.positions is not None:
        _keep_all(plan, plan.positions, instance, stored, values)
    elif plan.key is None:
        instance._loaded = values
    else:
        key, at = stored[0], plan.key_at
        setattr(instance, plan.key_name, key if plan.decode_key is None else plan.decode_key(key))
        instance._loaded = (*values[:at], key, *values[at:]) if at else (key, *values)


def _keep_all(
    plan: InsertPlan, positions: Sequence[int], instance: Record, stored: Sequence[Any], values: Sequence[Any]
) -> None:
    row: list[Any] = [None] * (len(values) + len(plan.returned) + len(plan.unknown))
    for at, value in zip(positions, values):
        row[at] = value
    for (name, decode, at), value in zip(plan.returned, stored):
        row[at] = value
        setattr(instance, name, value if decode is None or value is None else decode(value))
    for name, at in plan.unknown:
        row[at] = getattr(instance, name)
    instance._loaded = row


async def insert_many(executor: Executor, record: type[Record], instances: Sequence[Record], differ: bool) -> None:
    """Store new instances of one model in the given order; what the database makes of them is set.

    `differ`: it may not have to make the same of all of them.
    """
    backend = executor.backend or await executor.ready()
    codec = codec_of(record, backend)
    for plan, group in _groups(codec, instances) if differ else [(plan_of(codec, instances[0]), instances)]:
        await _insert_group(executor, plan, group)


def _groups(codec: Codec, instances: Sequence[Record]) -> list[tuple[InsertPlan, Sequence[Record]]]:
    """(a plan, the instances that go by it). Those with keys come first, so that none is given to another meanwhile."""
    if codec.default_names:
        groups: dict[InsertPlan, list[Record]] = {}
        for instance in instances:
            groups.setdefault(plan_of(codec, instance), []).append(instance)
        return sorted(groups.items(), key=lambda entry: entry[0].key is not None)
    assert codec.generated_key is not None  # nothing else makes a difference
    key = attrgetter(codec.generated_key.model_field_name)
    given = [instance for instance in instances if key(instance) is not None]
    fresh = [instance for instance in instances if key(instance) is None]
    groups_of = [(insert_plan(codec, False), given), (insert_plan(codec, True), fresh)]
    return [group for group in groups_of if group[1]]


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
    back = await executor.insert_many(plan.bulk, rows)
    if plan.keep_keys is not None and back is not None:
        plan.keep_keys(instances, back, values, executor.saved_origin)
        return
    whole = bool(plan.bulk.returning)
    for instance, stored, row in zip(instances, repeat(()) if back is None else back, values):
        _keep(plan, instance, stored if whole or back is None else (stored,), row)
        instance._origin = executor.saved_origin(instance._origin)


def _write_keep_keys(plan: InsertPlan) -> Callable[..., None]:
    """The same for many instances that bring all but their key: written out, since it runs for every row."""
    code, at = Code(), plan.key_at
    key = "key" if plan.decode_key is None else code.convert(plan.decode_key, "key")
    code.line("fresh = origin(None)")
    code.line("for o, key, row in zip(instances, keys, rows):")
    code.line(f"o.{attribute(plan.key_name)} = {key}", 2)
    code.line(f"o._loaded = {f'(*row[:{at}], key, *row[{at}:])' if at else '(key, *row)'}", 2)
    code.line("o._origin = fresh if o._origin is None else origin(o._origin)", 2)
    return code.function("def keep_keys(instances, keys, rows, origin)", "keys of a bulk insert")
