"""Storing many new instances where some may conflict with rows that are there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional

from tortoise_core.ast import writes as wr
from tortoise_core.base.errors import FieldError, UnSupportedError
from tortoise_core.query.rewriters import rewritten
from tortoise_core.schema.converters import decoder
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record
from tortoise_core.schema.relations import ForeignKeyFieldInstance
from tortoise_core.session.executor import Executor
from tortoise_core.write.codec import Codec, HasExpression, codec_of
from tortoise_core.write.insert import bulk_plan, insert_node


class OnConflict(NamedTuple):
    """The columns of the unique constraint that is meant, () for any, and those to update, () for none."""

    targets: tuple[str, ...]
    updates: tuple[str, ...]


def on_conflict_of(meta: MetaInfo, targets: Iterable[str], updates: Iterable[str]) -> OnConflict:
    """The columns of fields by name; relations stand for their keys. Every save's own stamps are updated too.

    Raises FieldError for unknown names, and for a primary key to update.
    """
    fields = _fields(meta, updates)
    for field in fields:
        if field.pk:
            raise FieldError(f"{field.label} is the primary key; it cannot be updated")
    if fields:
        fields += [field for field in meta.columns if field.automatic[1]]
    return OnConflict(_columns(_fields(meta, targets)), _columns(fields))


def _columns(fields: Iterable[Field[Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([field.column for field in fields]))


def _fields(meta: MetaInfo, names: Iterable[str]) -> list[Field[Any]]:
    found: list[Field[Any]] = []
    for name in names:
        field = meta.fields_map.get(name)
        if name == "pk":
            found += meta.key
        elif isinstance(field, ForeignKeyFieldInstance):
            found += [own for own, _ in field.pairs]
        elif isinstance(field, Field):
            found.append(field)
        else:
            raise meta.unknown(name, more=("pk",))
    return found


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
        node = rewritten(backend, insert_node(codec, names, (key,), wr.Conflict(rule.targets, rule.updates)))
        assert isinstance(node, wr.Insert)
        statement = backend.compile(node)
        self.sql, self.bind = statement.sql, statement.bind
        self.bulk = bulk_plan(backend, node, key)

    async def store(self, executor: Executor, values: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        """Insert the rows; their keys, None for rows that were left out."""
        rows = [self.bind(row) for row in values]
        if self.bulk is not None:
            return await executor.insert_many(self.bulk, rows) or ()
        found = [await executor.fetch(self.sql, row) for row in rows]
        return [row[0][0] if row else None for row in found]


def _plan(codec: Codec, generated: bool, left: tuple[str, ...], rule: OnConflict) -> UpsertPlan:
    key = codec.plan_key(("conflict", generated, left, rule))
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
        await _store(executor, _plan(codec, generated, left, rule), group, bool(rule.updates))


async def _store(executor: Executor, plan: UpsertPlan, instances: Sequence[Record], updates: bool) -> None:
    try:
        values = [plan.to_values(instance) for instance in instances]
    except HasExpression as found:
        raise FieldError(f"{type(instances[0]).__name__}.{found}: bulk_create takes values, not expressions") from None
    for instance, key, row in zip(instances, await plan.store(executor, values), values):
        if key is None:
            continue
        if plan.generated or (updates and len(instance._meta.key) == 1):
            # the row that was updated may have another key than the one given
            setattr(instance, plan.key.model_field_name, key if plan.decode_key is None else plan.decode_key(key))
        at = plan.key_at
        # of a row that may have been updated only a part is known
        instance._loaded = None if plan.partial else (*row[:at], key, *row[at:]) if plan.generated else row
        instance._origin = executor.saved_origin(instance._origin)
