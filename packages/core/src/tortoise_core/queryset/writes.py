"""Updates and deletes of all rows that a query finds, and inserts of many instances."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any, Optional

from tortoise_core.base.errors import FieldError, ParamsError
from tortoise_core.load.prepared import DELETE, UPDATE, Kind, execute
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.record import R
from tortoise_core.session.connection import Connection
from tortoise_core.session.context import Using
from tortoise_core.session.transaction import TransactionContext
from tortoise_core.write.insert import insert_many


class UpdateQuery(AwaitableQuery[R]):
    """New values for the rows of the query; gives the number of rows changed."""

    __slots__ = ()
    _writes = True

    @property
    def _kind(self) -> Kind:
        return UPDATE

    def __await__(self) -> Generator[Any, Any, int]:
        return execute(self._executor(), self.model, UPDATE, self._steps).__await__()


class DeleteQuery(AwaitableQuery[R]):
    """The rows of the query, deleted; gives their number, without rows that went by cascade."""

    __slots__ = ()
    _writes = True

    @property
    def _kind(self) -> Kind:
        return DELETE

    def __await__(self) -> Generator[Any, Any, int]:
        return execute(self._executor(), self.model, DELETE, self._steps).__await__()


class BulkCreateQuery(AwaitableQuery[R]):
    """All instances stored, or none. Generated keys are set, in order."""

    __slots__ = ("_batch_size", "_objects")
    _writes = True

    def __init__(
        self, model: type[R], objects: Iterable[R], batch_size: Optional[int] = None, using: Using = None
    ) -> None:
        super().__init__(model, (), using)
        if batch_size is not None and batch_size < 1:
            raise ParamsError(f"batch_size must be at least 1, not {batch_size}")
        self._objects: list[R] = list(objects)
        self._batch_size = batch_size

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return self._run().__await__()

    async def _run(self) -> list[R]:
        objects = self._objects
        for instance in objects:
            if not isinstance(instance, self.model):
                raise FieldError(f"bulk_create of {self.model.__name__} got a {type(instance).__name__}")
        if not objects:
            return objects
        executor = self._executor()
        key = self.model._meta.generated_key
        mixed = key is not None and len({getattr(i, key.model_field_name) is None for i in objects}) > 1
        if isinstance(executor, Connection) and (mixed or (self._batch_size or len(objects)) < len(objects)):
            async with TransactionContext(lambda: executor) as transaction:
                await self._insert(transaction)
        else:
            await self._insert(executor)
        return objects

    async def _insert(self, executor: Any) -> None:
        size = self._batch_size or len(self._objects)
        for start in range(0, len(self._objects), size):
            await insert_many(executor, self.model, self._objects[start : start + size])
