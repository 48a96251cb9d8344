"""The query of instances, and the chain of methods that users know."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterable
from typing import Any, Generic, Optional, TypeVar

from tortoise_core.base.errors import DoesNotExist, FieldError
from tortoise_core.load.branches import Wanted, prefetch_tree
from tortoise_core.load.prefetch import prefetch
from tortoise_core.load.prepared import ROWS, Kind, Steps, fetch
from tortoise_core.load.streaming import stream
from tortoise_core.query.expressions import Expression
from tortoise_core.query.q import Q
from tortoise_core.query.steps import (
    Annotate,
    Assign,
    Distinct,
    Filter,
    GroupBy,
    Limit,
    Offset,
    OrderBy,
    SelectRelated,
    Step,
)
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.queryset.bulk import BulkCreateQuery, BulkUpdateQuery, conflict_rule
from tortoise_core.queryset.counting import CountQuery, ExistsQuery
from tortoise_core.queryset.values import FirstValuesQuery, OneValuesQuery, ValuesQuery, only, value_pairs
from tortoise_core.queryset.writes import DeleteQuery, UpdateQuery
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import R, Record
from tortoise_core.session.context import Using

Q_ = TypeVar("Q_", bound="InstanceQuery[Any]")
_ONE, _TWO = Limit(1), Limit(2)


class InstanceQuery(AwaitableQuery[R]):
    """A query of instances, of however many."""

    __slots__ = ("_prefetched",)

    def __init__(
        self, model: type[R], steps: Steps = (), using: Using = None, prefetched: tuple[Wanted, ...] = ()
    ) -> None:
        self.model = model
        self._steps = steps
        self._using = using
        self._prefetched = prefetched

    def _copy(self: Q_) -> Q_:
        query = object.__new__(type(self))
        query.model, query._steps, query._using = self.model, self._steps, self._using
        query._prefetched = self._prefetched
        return query

    def _with(self: Q_, step: Step) -> Q_:
        query = object.__new__(type(self))
        query.model, query._steps, query._using = self.model, self._steps + (step,), self._using
        query._prefetched = self._prefetched
        return query

    @property
    def _kind(self) -> Kind:
        return ROWS

    def _subselect(self) -> tuple[type[Record], tuple[tuple[str, str], ...], Steps]:
        return self.model, (), self._steps

    async def _fetch(self) -> list[R]:
        executor = self._executor()
        found: list[R] = await fetch(executor, self.model, ROWS, self._steps)
        if self._prefetched:
            await prefetch(executor, self.model, found, prefetch_tree(self.model, self._prefetched))
        return found

    def prefetch_related(self: Q_, *args: Wanted) -> Q_:
        """Fetch relations of the results too, one further query each: names, or `Prefetch` objects.

        Raises FieldError for unknown relations and for two queries of one relation without `to_attr`.
        """
        query = self._copy()
        query._prefetched = (*self._prefetched, *args)
        prefetch_tree(self.model, query._prefetched)
        return query

    def select_related(self: Q_, *fields: str) -> Q_:
        """Fetch related rows of foreign keys in the same query."""
        return self._with(SelectRelated(fields))

    def annotate(self: Q_, **kwargs: Expression) -> Q_:
        """Add computed values to each result, each under a name of its own."""
        return self._with(Annotate(kwargs))


class FirstQuery(InstanceQuery[R]):
    """The first result, or None."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, Optional[R]]:
        return self._first().__await__()

    async def _first(self) -> Optional[R]:
        found = await self._fetch()
        return found[0] if found else None

    def values(self, *args: str, **kwargs: str) -> FirstValuesQuery[R, dict[str, Any]]:
        """The result as a dict."""
        return FirstValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    def values_list(self, *fields_: str, flat: bool = False) -> FirstValuesQuery[R, Any]:
        """The result as a tuple, or with `flat` its only value."""
        style = "flat" if flat else "tuple"
        return FirstValuesQuery(self.model, self._steps, self._using, style, value_pairs(fields_, {}))


class OneOrNoneQuery(FirstQuery[R]):
    """The only result, or None. Raises MultipleObjectsReturned."""

    __slots__ = ()

    async def _first(self) -> Optional[R]:
        try:
            return only(await self._fetch(), self.model)
        except DoesNotExist:
            return None


class OneQuery(InstanceQuery[R]):
    """Exactly one result. Raises DoesNotExist or MultipleObjectsReturned."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, R]:
        return self._one().__await__()

    async def _one(self) -> R:
        found = await self._fetch()
        return found[0] if len(found) == 1 else only(found, self.model)

    def values(self, *args: str, **kwargs: str) -> OneValuesQuery[R, dict[str, Any]]:
        """The result as a dict."""
        return OneValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    def values_list(self, *fields_: str, flat: bool = False) -> OneValuesQuery[R, Any]:
        """The result as a tuple, or with `flat` its only value."""
        style = "flat" if flat else "tuple"
        return OneValuesQuery(self.model, self._steps, self._using, style, value_pairs(fields_, {}))


class QuerySet(InstanceQuery[R], Generic[R]):
    """Any number of instances. Await it for a list, or iterate over it with ``async for``."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return self._fetch().__await__()

    async def __aiter__(self) -> AsyncIterator[R]:
        executor = self._executor()
        parts = stream(executor, self.model, ROWS, self._steps)
        try:
            async for part in parts:
                if self._prefetched:
                    await prefetch(executor, self.model, part, prefetch_tree(self.model, self._prefetched))
                for instance in part:
                    yield instance
        finally:
            await parts.aclose()

    def all(self) -> QuerySet[R]:
        """The same query."""
        return self

    def filter(self, *args: Q, **kwargs: Any) -> QuerySet[R]:
        """Rows that meet all conditions: Q objects and ``field__lookup=value``."""
        return self._with(Filter(args, kwargs))

    def exclude(self, *args: Q, **kwargs: Any) -> QuerySet[R]:
        """Rows that do not meet all conditions; by SQL's logic of NULL."""
        return self._with(Filter(args, kwargs, True))

    def order_by(self, *orderings: str) -> QuerySet[R]:
        """Order by fields, related fields or annotations; "-name" is descending. Replaces an earlier order."""
        step = OrderBy(orderings)
        for name in orderings:
            check_order(self.model._meta, name.lstrip("-"), self._steps)
        return self._with(step)

    def limit(self, limit: int) -> QuerySet[R]:
        """At most `limit` rows. Raises ParamsError if it is negative."""
        return self._with(Limit(limit))

    def offset(self, offset: int) -> QuerySet[R]:
        """Leave the first `offset` rows out. Raises ParamsError if it is negative."""
        return self._with(Offset(offset))

    def __getitem__(self, key: Any) -> QuerySet[R]:
        if not isinstance(key, slice) or key.step not in (None, 1):
            raise FieldError("a query takes slices [start:stop] only")
        query = self.offset(key.start) if key.start else self
        return query if key.stop is None else query.limit(max(0, key.stop - (key.start or 0)))

    def distinct(self) -> QuerySet[R]:
        """Equal rows once."""
        return self._with(Distinct())

    def group_by(self, *fields: str) -> QuerySet[R]:
        """One row for all that agree in `fields`; to be read with `values` or `values_list`."""
        return self._with(GroupBy(fields))

    def values(self, *args: str, **kwargs: str) -> ValuesQuery[R, dict[str, Any]]:
        """Dicts: of the named values (``key="path"`` renames), or of all columns and annotations."""
        return ValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    def values_list(self, *fields_: str, flat: bool = False) -> ValuesQuery[R, Any]:
        """Tuples of the named values or of all columns; with `flat` the values of one field."""
        style = "flat" if flat else "tuple"
        return ValuesQuery(self.model, self._steps, self._using, style, value_pairs(fields_, {}))

    def first(self) -> FirstQuery[R]:
        """The first row, or None."""
        return FirstQuery(self.model, (*self._steps, _ONE), self._using, self._prefetched)

    def get(self, *args: Q, **kwargs: Any) -> OneQuery[R]:
        """Exactly one row. Raises DoesNotExist or MultipleObjectsReturned."""
        return OneQuery(self.model, (*self._steps, Filter(args, kwargs), _TWO), self._using, self._prefetched)

    def get_or_none(self, *args: Q, **kwargs: Any) -> OneOrNoneQuery[R]:
        """The only row, or None. Raises MultipleObjectsReturned."""
        return OneOrNoneQuery(self.model, (*self._steps, Filter(args, kwargs), _TWO), self._using, self._prefetched)

    def count(self) -> CountQuery[R]:
        """The number of rows."""
        return CountQuery(self.model, self._steps, self._using)

    def exists(self) -> ExistsQuery[R]:
        """True if there is any row."""
        return ExistsQuery(self.model, self._steps, self._using)

    def update(self, **kwargs: Any) -> UpdateQuery[R]:
        """New values, or expressions, for all rows; gives the number of rows changed."""
        if not kwargs:
            raise FieldError("update needs at least one field=value")
        return UpdateQuery(self.model, (*self._steps, Assign(kwargs)), self._using)

    def delete(self) -> DeleteQuery[R]:
        """Delete all rows; gives their number."""
        return DeleteQuery(self.model, self._steps, self._using)

    def bulk_create(
        self,
        objects: Iterable[R],
        batch_size: Optional[int] = None,
        ignore_conflicts: bool = False,
        update_fields: Optional[Iterable[str]] = None,
        on_conflict: Optional[Iterable[str]] = None,
    ) -> BulkCreateQuery[R]:
        """Store many new instances at once: all or none. Generated keys are set.

        `ignore_conflicts` leaves those out that a unique constraint refuses; they stay unsaved. `update_fields` with
        `on_conflict`, the fields of a unique constraint, updates the row that is in the way instead. Raises ValueError
        for both of these together, and FieldError for unknown names.
        """
        rule = conflict_rule(self.model, ignore_conflicts, update_fields, on_conflict)
        return BulkCreateQuery(self.model, objects, batch_size, self._using, rule)

    def bulk_update(
        self, objects: Iterable[R], fields: Iterable[str], batch_size: Optional[int] = None
    ) -> BulkUpdateQuery[R]:
        """Write some `fields` of many instances: of all or none; gives the number of rows changed.

        Raises ValueError for objects without a key, FieldError for unknown names.
        """
        if self._steps:
            raise FieldError(f"{self.model.__name__}.bulk_update is about its objects: leave filter, limit, ... out")
        return BulkUpdateQuery(self.model, objects, fields, batch_size, self._using)


def check_order(meta: MetaInfo, name: str, steps: Steps) -> None:
    """Raise FieldError at once where a name in an order cannot be meant."""
    head = name.partition("__")[0]
    if head in meta.fields_map or head == "pk":
        return
    if not any(name in step.annotations for step in steps if isinstance(step, Annotate)):
        raise FieldError(f"Unknown field {name} for model {meta.name}")
