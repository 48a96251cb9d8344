"""Attributes of relations: managers of many rows, and the descriptors that give them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from typing import Any, Generic, Optional, TypeVar, Union, overload

from tortoise_core.base.errors import FieldError, NoValuesFetched, OperationalError
from tortoise_core.base.names import shown
from tortoise_core.load.hydrate import cache_attribute
from tortoise_core.query.q import Q
from tortoise_core.query.steps import Filter, Linked, Step
from tortoise_core.query.steps.order_by import Orderable
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.schema.record import R, Record
from tortoise_core.schema.relations import (
    BackwardFKRelation,
    ManyToManyFieldInstance,
    Relation,
)
from tortoise_core.session.context import Using, executor_of
from tortoise_core.write.links import add_links, remove_links

T = TypeVar("T")


def started_with(model: type[R], step: Step) -> QuerySet[R]:
    """A query of one step, after what the manager of its model puts before."""
    if model._managed is None:
        return QuerySet(model, (step,))
    query: QuerySet[R] = model._managed()
    return query._with(step)


class ReverseRelation(Generic[R]):
    """The rows on the many side of a relation of one instance.

    Await it or query it at any time; iterating, `len` and `in` need the rows fetched before.
    """

    __slots__ = ("_instance", "_relation")

    def __init__(self, instance: Record, relation: Relation) -> None:
        self._instance, self._relation = instance, relation

    @property
    def remote_model(self) -> type[R]:
        """The model of the rows."""
        model: type[R] = self._relation.related_model
        return model

    def _key(self) -> Any:
        instance = self._instance
        if instance._origin is None:
            raise OperationalError(
                f"{self._relation.label}: this object of {type(instance).__name__} is not saved; save it first"
            )
        return self._relation.own_of(instance)

    def _query(self) -> QuerySet[R]:
        return started_with(self.remote_model, Filter((), {self._relation.far_lookup: self._key()}))

    @property
    def _cached(self) -> Optional[list[R]]:
        found: Optional[list[R]] = getattr(self._instance, cache_attribute(self._relation.model_field_name), None)
        return found

    @property
    def _fetched(self) -> bool:
        """True once the rows have been fetched; other packages ask for it."""
        return self._cached is not None

    @property
    def related_objects(self) -> list[R]:
        """The fetched rows. Raises NoValuesFetched."""
        found = self._cached
        if found is None:
            raise NoValuesFetched(
                f"{self._relation.label}: No values were fetched for this relation, first use .fetch_related() "
                "or prefetch_related(), or await it"
            )
        return found

    def filter(self, *args: Q, **kwargs: Any) -> QuerySet[R]:
        """A query of the related rows that meet conditions."""
        return self._query().filter(*args, **kwargs)

    def all(self) -> QuerySet[R]:
        """A query of all related rows."""
        return self._query()

    def order_by(self, *orderings: Orderable) -> QuerySet[R]:
        """A query of the related rows in an order."""
        return self._query().order_by(*orderings)

    def limit(self, limit: int) -> QuerySet[R]:
        """A query of some related rows."""
        return self._query().limit(limit)

    def offset(self, offset: int) -> QuerySet[R]:
        """A query of the related rows without the first ones."""
        return self._query().offset(offset)

    async def create(self, using_db: Using = None, **kwargs: Any) -> R:
        """Store a new related row."""
        relation = self._relation
        assert isinstance(relation, BackwardFKRelation)
        self._key()
        instance: R = relation.related_model(**{relation.forward.model_field_name: self._instance}, **kwargs)
        await instance.save(using_db=using_db)  # type: ignore[attr-defined]  # Model's, a floor of its own
        return instance

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return self._query().__await__()

    def __aiter__(self) -> AsyncIterator[R]:
        return self._query().__aiter__()

    def __iter__(self) -> Iterator[R]:
        return iter(self.related_objects)

    def __len__(self) -> int:
        return len(self.related_objects)

    def __bool__(self) -> bool:
        return bool(self.related_objects)

    def __contains__(self, item: object) -> bool:
        return item in self.related_objects

    @overload
    def __getitem__(self, item: int) -> R: ...

    @overload
    def __getitem__(self, item: slice) -> list[R]: ...

    def __getitem__(self, item: Union[int, slice]) -> Union[R, list[R]]:
        return self.related_objects[item]


class ManyToManyRelation(ReverseRelation[R]):
    """The rows that a link table ties to one instance."""

    __slots__ = ()

    @property
    def _links(self) -> ManyToManyFieldInstance:
        assert isinstance(self._relation, ManyToManyFieldInstance)
        return self._relation

    def _query(self) -> QuerySet[R]:
        return started_with(self.remote_model, Linked(self._links, [self._key()]))

    async def create(self, using_db: Using = None, **kwargs: Any) -> R:
        """Store a new row and link it."""
        instance: R = self.remote_model(**kwargs)
        await instance.save(using_db=using_db)  # type: ignore[attr-defined]  # Model's, a floor of its own
        await self.add(instance, using_db=using_db)
        return instance

    def _keys(self, instances: tuple[Record, ...]) -> list[Any]:
        for instance in instances:
            if not isinstance(instance, self.remote_model):
                name = self.remote_model.__name__
                raise FieldError(f"{self._relation.label} takes {name} objects, not {type(instance).__name__}")
            if instance._origin is None:
                raise OperationalError(f"You should first call .save() on {shown(instance)}")
        return [self._relation.far_of(instance) for instance in instances]

    async def add(self, *instances: R, using_db: Using = None) -> None:
        """Link rows; links that are there already stay as they are."""
        keys = self._keys(instances)
        if keys:
            await add_links(executor_of(type(self._instance), using_db, True), self._links, self._key(), keys)

    async def remove(self, *instances: R, using_db: Using = None) -> None:
        """Take the links to rows away; the rows stay."""
        keys = self._keys(instances)
        if not keys:
            raise OperationalError("remove() called on no instances")
        await remove_links(executor_of(type(self._instance), using_db, True), self._links, self._key(), keys)

    async def clear(self, using_db: Using = None) -> None:
        """Take all links away."""
        await remove_links(executor_of(type(self._instance), using_db, True), self._links, self._key(), None)


class _NoneAwaitable:
    """What an unfetched foreign key without a value gives: awaiting it gives None."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, None]:
        yield from ()  # makes this a generator

    def __bool__(self) -> bool:
        return False


NoneAwaitable = _NoneAwaitable()
