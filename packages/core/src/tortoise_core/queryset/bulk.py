"""Inserts and updates of many instances at once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Optional, Union

from tortoise_core.base.errors import ArgumentsError, FieldError, ParamsError
from tortoise_core.base.names import shown
from tortoise_core.query.q import Q
from tortoise_core.queryset.unawaited import WriteQuery
from tortoise_core.schema.db_defaults import DatabaseDefault
from tortoise_core.schema.record import R, Record
from tortoise_core.session.connection import Connection
from tortoise_core.session.context import Using
from tortoise_core.session.transaction_block import TransactionContext
from tortoise_core.write.bulk_update import bulk_update, plan_bulk_update
from tortoise_core.write.conflicts import OnConflict, on_conflict_of
from tortoise_core.write.insert import insert_many
from tortoise_core.write.upsert import upsert_many

#: the fields to update, and for a mapping what they get
Updates = Union[Iterable[str], Mapping[str, Any], None]


class BulkCreateQuery(WriteQuery[R]):
    """All instances stored, or none. Generated keys are set, in order."""

    __slots__ = ("_batch_size", "_objects", "_rule")
    call = "bulk_create()"

    def __init__(
        self,
        model: type[R],
        objects: Iterable[R],
        batch_size: Optional[int] = None,
        using: Using = None,
        rule: Optional[OnConflict] = None,
    ) -> None:
        self._objects: list[R] = list(objects)
        self._batch_size, self._rule = checked_size(batch_size), rule
        super().__init__(model, (), using)

    def _copy(self) -> BulkCreateQuery[R]:
        self._made_at = None
        return BulkCreateQuery(self.model, self._objects, self._batch_size, self._using, self._rule)

    def __await__(self) -> Generator[Any, Any, list[R]]:
        self._made_at = None
        return self._run().__await__()

    async def _run(self) -> list[R]:
        objects = self._objects
        check_objects("bulk_create", self.model, objects)
        if not objects:
            return objects
        executor = self._executor()
        differ = _differ(self.model, objects)
        several = differ or (self._batch_size or len(objects)) < len(objects)
        if isinstance(executor, Connection) and several:
            async with TransactionContext(lambda: executor) as transaction:
                await self._insert(transaction, differ)
        else:
            await self._insert(executor, differ)
        return objects

    async def _insert(self, executor: Any, differ: bool) -> None:
        size = self._batch_size or len(self._objects)
        for start in range(0, len(self._objects), size):
            part = self._objects[start : start + size]
            if self._rule is None:
                await insert_many(executor, self.model, part, differ)
            else:
                await upsert_many(executor, self.model, part, self._rule)


def _differ(model: type[R], objects: Sequence[R]) -> bool:
    """True if what the database is to make is not the same of all objects, so that they take several statements."""
    key = model._meta.generated_key
    optional = [field for field in model._meta.columns if field.has_db_default() and field.computation is None]
    names = [field.model_field_name for field in optional]
    if key is not None:
        unset = list(map(attrgetter(key.model_field_name), objects)).count(None)
        if 0 < unset < len(objects):
            return True
    return any(len({type(getattr(i, name)) is DatabaseDefault for i in objects}) > 1 for name in names)


class BulkUpdateQuery(WriteQuery[R]):
    """Some fields of many instances, written or not one of them; gives the number of rows changed."""

    __slots__ = ("_batch_size", "_fields", "_objects")
    call = "bulk_update()"

    def __init__(
        self,
        model: type[R],
        objects: Iterable[R],
        fields: Iterable[str],
        batch_size: Optional[int] = None,
        using: Using = None,
    ) -> None:
        self._objects: list[R] = list(objects)
        self._fields = (fields,) if isinstance(fields, str) else tuple(fields)
        self._batch_size = checked_size(batch_size)
        if not self._fields:
            raise ParamsError(f"{model.__name__}.bulk_update needs the names of the fields to update")
        super().__init__(model, (), using)

    def _copy(self) -> BulkUpdateQuery[R]:
        self._made_at = None
        return BulkUpdateQuery(self.model, self._objects, self._fields, self._batch_size, self._using)

    def __await__(self) -> Generator[Any, Any, int]:
        self._made_at = None
        return self._run().__await__()

    async def _run(self) -> int:
        check_objects("bulk_update", self.model, self._objects)
        names = [field.model_field_name for field in self.model._meta.key]
        if any(getattr(instance, name, None) is None for instance in self._objects for name in names):
            raise ArgumentsError(f"bulk_update: a {self.model.__name__} has no primary key; save it first")
        executor = self._executor()
        plan = await plan_bulk_update(executor, self.model, self._fields)
        if not self._objects:
            return 0
        several = len(self._objects) > min(plan.limit, self._batch_size or plan.limit)
        if not (several and isinstance(executor, Connection)):
            return await bulk_update(executor, plan, self._objects, self._batch_size)
        async with TransactionContext(lambda: executor) as transaction:
            return await bulk_update(transaction, plan, self._objects, self._batch_size)


def checked_size(batch_size: Any) -> Optional[int]:
    """`batch_size`, if it is one. Raises ParamsError."""
    if batch_size is None:
        return None
    if not isinstance(batch_size, int) or batch_size < 1:
        raise ParamsError(f"batch_size must be at least 1, not {shown(batch_size)}")
    return batch_size


def check_objects(call: str, model: type[Record], objects: Iterable[object]) -> None:
    """Raise FieldError for what is no instance of `model`."""
    if set(map(type, objects)) == {model}:
        return
    for instance in objects:
        if not isinstance(instance, model):
            raise FieldError(f"{call} of {model.__name__} got a {type(instance).__name__}")


def conflict_rule(
    model: type[Record],
    ignore: bool,
    update_fields: Updates,
    on_conflict: Optional[Iterable[str]],
    where: Optional[Q] = None,
    constraint: Optional[str] = None,
    update_where: Optional[Q] = None,
) -> Optional[OnConflict]:
    """What `bulk_create` is to do about conflicts; None: nothing. ArgumentsError for what does not fit."""
    updates, targets = _names(model, update_fields), _names(model, on_conflict)
    if ignore and updates:
        raise ArgumentsError("bulk_create: ignore_conflicts and update_fields exclude each other")
    if targets and constraint is not None:
        raise ArgumentsError("bulk_create: on_conflict and on_conflict_constraint exclude each other")
    if not ignore and bool(updates) != bool(targets or constraint is not None):
        raise ArgumentsError("bulk_create: update_fields and on_conflict come together")
    if where is not None and not targets:
        raise ArgumentsError("bulk_create: on_conflict_where goes with on_conflict, the fields of a partial index")
    if update_where is not None and not updates:
        raise ArgumentsError("bulk_create: update_where goes with update_fields")
    for name, condition in (("on_conflict_where", where), ("update_where", update_where)):
        if condition is not None and not isinstance(condition, Q):
            raise FieldError(f"{name} takes a Q object, not {shown(condition)}")
    if not (ignore or updates):
        return None
    given = update_fields if isinstance(update_fields, Mapping) else updates
    return on_conflict_of(model._meta, targets, given, constraint, where, update_where)


def _names(model: type[Record], names: Optional[Iterable[str]]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise FieldError(f"{model.__name__}: a list of field names is needed, not {shown(names)}")
    return tuple(names or ())
