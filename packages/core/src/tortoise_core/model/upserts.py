"""get_or_create and update_or_create: right also when many ask at once."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any, Callable, Optional

from tortoise_core.base.errors import DoesNotExist, IntegrityError, ParamsError
from tortoise_core.base.names import shown
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import R
from tortoise_core.session.connection import Connection
from tortoise_core.session.executor import Executor
from tortoise_core.session.transaction import Transaction
from tortoise_core.session.transaction_block import TransactionContext

#: `Model.create` of the model: (using_db=..., **values)
Create = Callable[..., Awaitable[R]]
Values = Mapping[str, Any]


def block_on(executor: Executor) -> TransactionContext:
    """A block on `executor` that is kept whole or not at all: a transaction, or a savepoint in the one it is."""
    if isinstance(executor, Transaction):
        return TransactionContext(lambda: executor.connection, executor)
    assert isinstance(executor, Connection)
    return TransactionContext(lambda: executor)


async def get_or_create(
    query: QuerySet[R], create: Create[R], executor: Executor, defaults: Optional[Values], wanted: Values
) -> tuple[R, bool]:
    """(the row that meets `wanted`, False), or (a new one with `wanted` and `defaults`, True).

    A row that another transaction creates meanwhile is found and given, and an open transaction goes on. Raises
    MultipleObjectsReturned, ParamsError where `defaults` contradict `wanted`, and what `create` raises.
    """
    values = _values_to_create(query.model._meta, wanted, _checked(query.model._meta, defaults))
    try:
        return await query.using_db(executor).get(**wanted), False
    except DoesNotExist:
        pass
    return await _create_or_get(query, create, executor, values, wanted)


async def _create_or_get(
    query: QuerySet[R], create: Create[R], executor: Executor, values: Values, wanted: Values
) -> tuple[R, bool]:
    try:
        async with block_on(executor) as block:
            return await create(using_db=block, **values), True
    except IntegrityError as error:
        # someone else was quicker, or another constraint is in the way; then there is still no such row
        try:
            return await query.using_db(executor).get(**wanted), False
        except DoesNotExist:
            raise error from error.__cause__


async def update_or_create(
    query: QuerySet[R],
    create: Create[R],
    change: Callable[[R, Values, Executor], Awaitable[Any]],
    executor: Executor,
    defaults: Optional[Values],
    wanted: Values,
) -> tuple[R, bool]:
    """(the row that meets `wanted`, changed to `defaults`, False), or (a new one, True); `change` saves it.

    The whole is one transaction. Raises MultipleObjectsReturned, FieldError for unknown names, and what `create`
    and `change` raise.
    """
    meta = query.model._meta
    checked = _checked(meta, defaults)
    values = {**_storable(meta, wanted), **checked}
    async with block_on(executor) as block:
        try:
            # what a manager's query asks may forbid locks; without one, others wait instead of changing it meanwhile
            known = query.using_db(block) if query._steps else query.using_db(block).select_for_update()
            found, created = await known.get(**wanted), False
        except DoesNotExist:
            found, created = await _create_or_get(query, create, block, values, wanted)
        if not created:
            await change(found, checked, block)
    return found, created


def _checked(meta: MetaInfo, defaults: Any) -> Values:
    if defaults is None:
        return {}
    if not isinstance(defaults, Mapping):
        raise ParamsError(f"{meta.name}: defaults must be a mapping of field names to values, not {shown(defaults)}")
    for name in defaults:
        if name not in meta.fields_map and name != "pk":
            raise meta.unknown(name, more=("pk",))
    return defaults


def _storable(meta: MetaInfo, wanted: Values) -> dict[str, Any]:
    """What of the conditions is a value to store; a lookup such as ``name__iexact`` only finds."""
    return {name: value for name, value in wanted.items() if name in meta.fields_map or name == "pk"}


def _values_to_create(meta: MetaInfo, wanted: Values, defaults: Values) -> Values:
    values = _storable(meta, wanted)
    for name in values:
        if name in defaults and defaults[name] != values[name]:
            raise ParamsError(
                f"{meta.name}: Conflict value with key={shown(name)}: "
                f"default_value={defaults[name]!r} vs query_value={values[name]!r}"
            )
    return {**values, **defaults}
