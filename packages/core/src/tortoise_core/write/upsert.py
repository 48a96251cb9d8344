"""Storing many new instances where some may conflict with rows that are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from tortoise_core.ast import writes as wr
from tortoise_core.base.errors import FieldError, UnSupportedError
from tortoise_core.query.rewriters import rewritten
from tortoise_core.schema.converters import decoder
from tortoise_core.schema.record import Record
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, codec_of
from tortoise_core.write.conflicts import OnConflict, conflict_node
from tortoise_core.write.insert import bulk_plan, insert_node


class UpsertPlan:
    """One way to insert a model where rows may conflict: with keys given, or `generated` by the database."""

    __slots__ = ("bind", "bulk", "decode_key", "generated", "key", "key_at", "partial", "sql", "to_values")

    def __init__(self, codec: Codec, generated: bool, left: tuple[str, ...], rule: OnConflict) -> None:
        backend, meta = codec.backend, codec.record._meta
        if not backend.capabilities.returning:
            raise UnSupportedError(f"{meta.name}: {backend.dialect.name} does not tell which rows conflicted")
        key = self.key = meta.pk
        without = (*left, key.model_field_name) if generated else left
        names = tuple([name for name in codec.names if name not in without])
        #: True if a part of the row stays unknown: what a row conflicts with has other values than an insert would get
        self.partial = bool(left or rule.updates)
        self.generated, self.key_at = key.model_field_name in without, codec.position[key.model_field_name]
        self.to_values, self.decode_key = codec.to_values(names, True), decoder(key, backend)
        conflict = conflict_node(codec.record, backend, rule, len(names))
        node = rewritten(backend, insert_node(codec, names, (key,), conflict))
        assert isinstance(node, wr.Insert)
        statement = backend.compile(node)
        self.sql, self.bind = statement.sql, statement.bind
        self.bulk = bulk_plan(backend, node, key)

    async def store(self, executor: Executor, values: Sequence[tuple[Any, ...]], more: Sequence[Any]) -> Sequence[Any]:
        """Insert the rows, `more` bound behind each; their keys, None for rows that were left out."""
        rows = [self.bind((*row, *more)) for row in values]
        if self.bulk is not None:
            return await executor.insert_many(self.bulk, rows) or ()
        found = [await executor.fetch(self.sql, row) for row in rows]
        return [row[0][0] if row else None for row in found]


def _plan(codec: Codec, generated: bool, left: tuple[str, ...], rule: OnConflict) -> UpsertPlan:
    key = codec.plan_key(("conflict", generated, left, rule.shape(codec.backend)))
    plan: Optional[UpsertPlan] = codec.plans.get(key)
    if plan is None:
        plan = UpsertPlan(codec, generated, left, rule)
        codec.plans.put(key, plan)
    return plan


async def upsert_many(executor: Executor, record: type[Record], instances: Sequence[Record], rule: OnConflict) -> None:
    """Store new instances in the given order, by `rule` where they conflict. Whoever is left out stays unsaved."""
    codec = codec_of(record, executor.backend or await executor.ready())
    key = codec.generated_key
    groups: dict[tuple[bool, tuple[str, ...]], list[Record]] = {}
    for instance in instances:
        generated = key is not None and getattr(instance, key.model_field_name) is None
        groups.setdefault((generated, codec.left_out(instance)), []).append(instance)
    for (generated, left), group in sorted(groups.items(), key=lambda item: item[0][0]):
        await _store(executor, _plan(codec, generated, left, rule), group, rule)


async def _store(executor: Executor, plan: UpsertPlan, instances: Sequence[Record], rule: OnConflict) -> None:
    try:
        values = [plan.to_values(instance) for instance in instances]
    except HasExpression as found:
        raise FieldError(f"{type(instances[0]).__name__}.{found}: bulk_create takes values, not expressions") from None
    for instance, key, row in zip(instances, await plan.store(executor, values, rule.values()), values):
        if key is None:
            continue
        if plan.generated or (rule.updates and len(instance._meta.key) == 1):
            # the row that was updated may have another key than the one given
            setattr(instance, plan.key.model_field_name, key if plan.decode_key is None else plan.decode_key(key))
        at = plan.key_at
        # of a row that may have been updated only a part is known
        instance._loaded = None if plan.partial else (*row[:at], key, *row[at:]) if plan.generated else row
        instance._origin = executor.saved_origin(instance._origin)
