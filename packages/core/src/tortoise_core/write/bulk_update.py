"""Storing the changes of many instances, many rows with one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.ast import writes as wr
from tortoise_core.ast.select import Table
from tortoise_core.base.errors import FieldError, ParamsError
from tortoise_core.base.names import shown
from tortoise_core.dialect.statements import Statement
from tortoise_core.load.partial import PartialRow
from tortoise_core.query.rewriters import compile_statement
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, codec_of
from tortoise_core.write.partial import check_names
from tortoise_core.write.update import remember

#: rows of one statement at most: where they are written as a table, and where each column looks for its row's case
ROWS, CASES = 512, 64
#: the name of the rows of values in a statement
ALIAS = "new values"


class BulkUpdatePlan:
    """What updates the attributes `names` of many rows, for any number of them."""

    def __init__(self, codec: Codec, names: tuple[str, ...]) -> None:
        self.codec, self.names = codec, names
        self.to_values = codec.to_values((*codec.key_names, *names), False)
        self.keys = [codec.fields[codec.position[name]] for name in codec.key_names]
        self.fields = [codec.fields[codec.position[name]] for name in names]
        self.positions = [codec.position[name] for name in (*names, *codec.key_names)]
        self.limit = self._limit()
        self._statements: dict[int, Statement] = {}

    def _limit(self) -> int:
        """Rows that one statement takes; a power of two."""
        capabilities, width = self.codec.backend.capabilities, len(self.keys) + len(self.fields)
        limit = ROWS
        if not capabilities.update_from_values:
            limit, width = CASES, len(self.fields) * (len(self.keys) + 1) + len(self.keys)
        if capabilities.max_params is not None:
            limit = max(1, min(limit, capabilities.max_params // width))
        return int(1 << (limit.bit_length() - 1))

    def statement(self, rows: int) -> Statement:
        """The statement for `rows` rows, whose values are bound one row after the other, keys first."""
        found = self._statements.get(rows)
        if found is None:
            joined = self.codec.backend.capabilities.update_from_values
            node = self._joined(rows) if joined else self._cases(rows)
            found = self._statements[rows] = compile_statement(self.codec.backend, node)
        return found

    def _param(self, row: int, at: int, field: Field[Any], cast: bool) -> ex.Param:
        width = len(self.keys) + len(self.fields)
        return ex.Param(row * width + at, field.sql_type(self.codec.backend.clock), None, cast)

    def _table(self) -> Table:
        meta = self.codec.record._meta
        return Table(meta.db_table, meta.schema, meta.db_table)

    def _column(self, field: Field[Any]) -> ex.Column:
        return ex.Column(self._table().name, field.column, field.sql_type(self.codec.backend.clock))

    def _joined(self, rows: int) -> wr.Update:
        """By a table of the new values."""
        columns = [*self.keys, *self.fields]
        names = [f"c{at}" for at in range(len(columns))]
        # the first row tells the server the types of all
        values = [
            tuple([self._param(row, at, field, row == 0) for at, field in enumerate(columns)]) for row in range(rows)
        ]
        source = wr.Values(ALIAS, tuple(names), tuple(values))
        new = [ex.Column(ALIAS, name, field.sql_type(self.codec.backend.clock)) for name, field in zip(names, columns)]
        same: list[ex.Predicate] = [pr.Compare("=", self._column(key), new[at]) for at, key in enumerate(self.keys)]
        sets = [(field.column, new[at]) for at, field in enumerate(self.fields, len(self.keys))]
        return wr.Update(self._table(), tuple(sets), same[0] if len(same) == 1 else pr.And(tuple(same)), source)

    def _cases(self, rows: int) -> wr.Update:
        """By one CASE for each column, as standard SQL has it."""
        sets: list[tuple[str, ex.Expression]] = []
        for at, field in enumerate(self.fields, len(self.keys)):
            whens = [(self._is_row(row), self._param(row, at, field, True)) for row in range(rows)]
            sets.append((field.column, ex.Case(tuple(whens), self._column(field), field.sql_type(self._clock))))
        return wr.Update(self._table(), tuple(sets), pr.Or(tuple([self._is_row(row) for row in range(rows)])), None)

    @property
    def _clock(self) -> Any:
        return self.codec.backend.clock

    def _is_row(self, row: int) -> ex.Predicate:
        parts: list[ex.Predicate] = [
            pr.Compare("=", self._column(key), self._param(row, at, key, False)) for at, key in enumerate(self.keys)
        ]
        return parts[0] if len(parts) == 1 else pr.And(tuple(parts))


def bulk_update_plan(codec: Codec, fields: tuple[str, ...]) -> BulkUpdatePlan:
    """The plan for fields by name. Raises FieldError for what cannot be updated."""
    names = codec.checked(fields)
    key = codec.plan_key(("bulk_update", names))
    plan: Optional[BulkUpdatePlan] = codec.plans.get(key)
    if plan is None:
        plan = BulkUpdatePlan(codec, names)
        codec.plans.put(key, plan)
    return plan


async def plan_bulk_update(executor: Executor, record: type[Record], fields: tuple[str, ...]) -> BulkUpdatePlan:
    """The plan for what an executor runs on; opens the first session where none has been."""
    return bulk_update_plan(codec_of(record, executor.backend or await executor.ready()), fields)


async def bulk_update(
    executor: Executor, plan: BulkUpdatePlan, instances: Sequence[Record], size: Optional[int]
) -> int:
    """Write the fields of a plan, at most `size` rows with one statement; the number of rows changed."""
    values = _values(plan, instances)
    step = plan.limit if size is None else min(size, plan.limit)
    changed = 0
    for start in range(0, len(instances), step):
        part = instances[start : start + step]
        rows = [values[key] for key in dict.fromkeys([_key(plan, instance) for instance in part])]
        count = await _write(executor, plan, rows)
        changed += count
        _mark(executor, plan, part, rows, count == len(rows) == len(part))
    return changed


def _key(plan: BulkUpdatePlan, instance: Record) -> tuple[Any, ...]:
    return tuple([getattr(instance, name) for name in plan.codec.key_names])


def _values(plan: BulkUpdatePlan, instances: Sequence[Record]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The row of values of each key. Raises ParamsError if two instances of one key differ."""
    model = plan.codec.record.__name__
    found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for instance in instances:
        if type(instance._loaded) is PartialRow:
            check_names(instance, plan.names)
        try:
            row = plan.to_values(instance)
        except HasExpression as error:
            raise FieldError(f"{model}.{error}: bulk_update takes values, not expressions") from None
        key = _key(plan, instance)
        if found.setdefault(key, row) != row:
            raise ParamsError(f"{model}.bulk_update: two objects with the key {shown(key)} differ")
    return found


async def _write(executor: Executor, plan: BulkUpdatePlan, rows: list[tuple[Any, ...]]) -> int:
    # numbers of rows are rounded up, so that few statements serve all; a row that is there twice is updated once
    padded = rows + rows[-1:] * ((1 << (len(rows) - 1).bit_length()) - len(rows))
    statement = plan.statement(len(padded))
    return await executor.execute(statement.sql, statement.bind([value for row in padded for value in row]))


def _mark(
    executor: Executor, plan: BulkUpdatePlan, part: Sequence[Record], rows: Sequence[tuple[Any, ...]], known: bool
) -> None:
    """Bring what instances remember of their rows up to date, or have them forget it where a row may be gone."""
    keys = len(plan.keys)
    for at, instance in enumerate(part):
        if instance._origin is None:
            continue
        origin, right = instance._origin.settle()
        if known and right and origin is executor.origin and instance._loaded is not None:
            remember(instance, plan.codec, plan.positions, (*rows[at][keys:], *rows[at][:keys]), True)
        elif type(instance._loaded) is not PartialRow:
            instance._loaded = None
        if plan.codec.computed_names:
            plan.codec.forget_computed(instance)
        instance._origin = executor.saved_origin(instance._origin)
