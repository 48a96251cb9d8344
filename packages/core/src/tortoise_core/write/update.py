"""Storing what changed of an instance, and deleting it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Output, Table
from tortoise_core.base.errors import IntegrityError
from tortoise_core.base.names import shown
from tortoise_core.dialect.statements import Statement
from tortoise_core.load.partial import PartialRow, kept
from tortoise_core.load.prepared import ROWS, UPDATE, execute, fetch
from tortoise_core.query.expressions import Expression
from tortoise_core.query.rewriters import compile_statement
from tortoise_core.query.steps import Assign, Filter
from tortoise_core.schema.converters import decoder
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, ToValues, codec_of
from tortoise_core.write.insert import Returned


class WritePlan:
    """A statement about one row, and the function that gives its values."""

    __slots__ = ("positions", "returned", "statement", "to_values")

    def __init__(
        self,
        statement: Statement,
        to_values: ToValues,
        positions: Sequence[int],
        returned: Sequence[Returned] = (),
    ) -> None:
        self.statement, self.to_values, self.positions = statement, to_values, positions
        #: what the database computes anew, and tells
        self.returned = returned


def _row_is(codec: Codec, start: int) -> ex.Predicate:
    """The row whose key is bound from `start` on."""
    meta, clock = codec.record._meta, codec.backend.clock
    parts = [
        pr.Compare("=", _column(codec, field.column), ex.Param(start + i, field.sql_type(clock), None, False))
        for i, field in enumerate(meta.key)
    ]
    return parts[0] if len(parts) == 1 else pr.And(tuple(parts))


def _column(codec: Codec, name: str) -> ex.Column:
    return ex.Column(codec.record._meta.db_table, name, None)


def _table(codec: Codec) -> Table:
    meta = codec.record._meta
    return Table(meta.db_table, meta.schema, meta.db_table)


def _plan(codec: Codec, names: Optional[tuple[str, ...]]) -> WritePlan:
    """The plan that updates `names`; None: that deletes the row."""
    key = codec.plan_key(names)
    plan: Optional[WritePlan] = codec.plans.get(key)
    if plan is None:
        plan = _make_plan(codec, names)
        codec.plans.put(key, plan)
    return plan


def _make_plan(codec: Codec, names: Optional[tuple[str, ...]]) -> WritePlan:
    keys = tuple([field.model_field_name for field in codec.record._meta.key])
    node: ex.Node
    if names is None:
        node = wr.Delete(_table(codec), _row_is(codec, 0))
    else:
        fields = [codec.fields[codec.position[name]] for name in names]
        clock = codec.backend.clock
        sets = [(f.column, ex.Param(i, f.sql_type(clock), None, False)) for i, f in enumerate(fields)]
        node = wr.Update(_table(codec), tuple(sets), _row_is(codec, len(names)), None)
    returned = [] if names is None or not codec.backend.capabilities.update_returning else _computed(codec)
    if returned:
        columns = [_column(codec, codec.fields[each.at].column) for each in returned]
        node = wr.Returning(node, tuple([Output(column, None) for column in columns]))
    statement = compile_statement(codec.backend, node)
    to_values = codec.to_values((*(names or ()), *keys), False)
    return WritePlan(statement, to_values, [codec.position[name] for name in names or ()], returned)


def _computed(codec: Codec) -> list[Returned]:
    places = [(name, codec.position[name]) for name in codec.computed_names]
    return [Returned(name, decoder(codec.fields[at], codec.backend), at) for name, at in places]


async def update(executor: Executor, codec: Codec, instance: Record, names: tuple[str, ...], certain: bool) -> None:
    """Write the attributes `names` of a stored instance. IntegrityError if its row is gone.

    `certain`: what the instance remembers of its row is right, so it can be brought up to date.
    """
    if codec.default_names and len(codec.default_names) > len(codec.computed_names):
        # what was left to the database and not fetched is not changed either
        unknown = codec.left_out(instance)
        names = tuple([name for name in names if name not in unknown])
        if not names:
            return
    plan = _plan(codec, names)
    try:
        values = plan.to_values(instance)
    except HasExpression:
        await _update_expressions(executor, codec, instance, names)
        return
    statement = plan.statement
    bound = values if statement.direct else statement.bind(values)
    rows: Sequence[Any] = []
    if plan.returned:
        rows = await executor.fetch(statement.sql, bound)
    count = len(rows) if plan.returned else await executor.execute(statement.sql, bound)
    if count == 0:
        raise _gone(instance)
    remember(instance, codec, plan.positions, values, certain)
    if plan.returned:
        _keep_computed(plan, instance, rows[0])
    elif codec.computed_names:
        codec.forget_computed(instance)
    instance._origin = executor.saved_origin(instance._origin)


def _keep_computed(plan: WritePlan, instance: Record, stored: Sequence[Any]) -> None:
    """Tell an instance what the database computed of its new values; what it did not load it does not get to know."""
    row = None if instance._loaded is None else list(instance._loaded)
    for (name, decode, at), value in zip(plan.returned, stored):
        if hasattr(instance, name):
            setattr(instance, name, value if decode is None or value is None else decode(value))
            if row is not None:
                row[at] = value
    if row is not None and instance._loaded is not None:
        instance._loaded = kept(instance._loaded, row)


def _gone(instance: Record) -> IntegrityError:
    key = instance._meta.key_of(instance)
    return IntegrityError(f"{type(instance).__name__}: can't update object that doesn't exist. PK: {shown(key)}")


def remember(instance: Record, codec: Codec, positions: Sequence[int], values: Sequence[Any], certain: bool) -> None:
    """Make what was written the stored row the instance knows."""
    if certain and instance._loaded is not None:
        row = list(instance._loaded)
        for at, value in zip(positions, values):
            row[at] = value
        instance._loaded = kept(instance._loaded, row)
    elif len(positions) + len(instance._meta.key) >= len(codec.fields):
        row = [None] * len(codec.fields)
        for at, value in zip([*positions, *[codec.position[f.model_field_name] for f in instance._meta.key]], values):
            row[at] = value
        instance._loaded = row
    elif type(instance._loaded) is not PartialRow:
        instance._loaded = None


async def _update_expressions(executor: Executor, codec: Codec, instance: Record, names: tuple[str, ...]) -> None:
    """Write attributes of which some hold expressions, then read back what these came to."""
    assigned: dict[str, Any] = {name: getattr(instance, name) for name in names}
    only_this = Filter(
        (), {field.model_field_name: getattr(instance, field.model_field_name) for field in instance._meta.key}
    )
    count = await execute(executor, type(instance), UPDATE, (only_this, Assign(assigned)))
    if count == 0:
        raise _gone(instance)
    computed: list[str] = [name for name, value in assigned.items() if isinstance(value, Expression)]
    computed += [name for name in codec.computed_names if hasattr(instance, name)]
    fresh = await fetch(executor, type(instance), ROWS, (only_this,))
    for name in computed:
        setattr(instance, name, getattr(fresh[0], name))
    instance._loaded = fresh[0]._loaded
    instance._origin = executor.saved_origin(instance._origin)


async def delete(executor: Executor, instance: Record) -> int:
    """Delete the row of an instance; the number of rows that went."""
    backend = executor.backend or await executor.ready()
    plan = _plan(codec_of(type(instance), backend), None)
    values = plan.to_values(instance)
    statement = plan.statement
    return await executor.execute(statement.sql, values if statement.direct else statement.bind(values))
