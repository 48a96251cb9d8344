"""The query of many instances, and the chain of methods that users know."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Sequence
from typing import Any, Generic, Literal, Optional, TypeVar, overload

from tortoise_core.base.errors import FieldError
from tortoise_core.load.raw import Parameters
from tortoise_core.load.streaming import PART, check_size
from tortoise_core.query.q import Q
from tortoise_core.query.steps import (
    Assign,
    Distinct,
    Filter,
    GroupBy,
    IndexHint,
    Limit,
    Offset,
    OrderBy,
)
from tortoise_core.query.steps.order_by import Orderable
from tortoise_core.queryset.bulk import BulkCreateQuery, BulkUpdateQuery, Updates, conflict_rule
from tortoise_core.queryset.counting import ContainsQuery, CountQuery, ExistsQuery, key_filter
from tortoise_core.queryset.former_names import FormerNames
from tortoise_core.queryset.in_bulk import bulk_key, bulk_values, by_value
from tortoise_core.queryset.instances import InstanceQuery
from tortoise_core.queryset.ordering import check_entries, reversed_order
from tortoise_core.queryset.raw import RawSQLQuery
from tortoise_core.queryset.single import FirstQuery, OneOrNoneQuery, OneQuery
from tortoise_core.queryset.union import UnionQuery, parts_of
from tortoise_core.queryset.values import A, B, C, Column, D, ValuesListQuery, ValuesQuery, column_names, value_pairs
from tortoise_core.queryset.writes import DeleteQuery, UpdateQuery
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.record import R, Record

QS = TypeVar("QS", bound="QuerySet[Any]")
_ONE, _TWO = Limit(1), Limit(2)


class QuerySet(InstanceQuery[R], FormerNames, Generic[R]):
    """Any number of instances. Await it for a list, or iterate over it with ``async for``."""

    __slots__ = ()

    def __await__(self) -> Generator[Any, Any, list[R]]:
        return self._fetch().__await__()

    def __aiter__(self) -> AsyncIterator[R]:
        return self._each(None)

    def stream(self, chunk_size: int = PART) -> AsyncGenerator[R, None]:
        """The instances one by one, fetched `chunk_size` rows at a time. Raises ParamsError for a size below 1.

        For results that are too many to hold. A session of the pool is held until the end: close the generator, or
        leave the loop, to end the query earlier. ``async for`` over the query itself holds none, and all rows.
        """
        return self._each(check_size(chunk_size))

    def all(self: QS) -> QS:
        """The same query."""
        return self

    def filter(self: QS, *args: Q, **kwargs: Any) -> QS:
        """Rows that meet all conditions: Q objects and ``field__lookup=value``."""
        return self._with(Filter(args, kwargs))

    def exclude(self: QS, *args: Q, **kwargs: Any) -> QS:
        """Rows that meet none of the conditions; by SQL's logic of NULL."""
        return self._with(Filter(args, kwargs, True))

    def order_by(self: QS, *orderings: Orderable) -> QS:
        """Order by fields, related fields or annotations; "-name" is descending. Replaces an earlier order.

        Expressions do too: ``Lower("name")``, ``F("born").desc(nulls_last=True)``.
        """
        step = OrderBy(orderings)
        check_entries(self.model._meta, step.entries, self._steps)
        return self._with(step)

    def limit(self: QS, limit: int) -> QS:
        """At most `limit` rows. Raises ParamsError if it is negative."""
        return self._with(Limit(limit))

    def offset(self: QS, offset: int) -> QS:
        """Leave the first `offset` rows out. Raises ParamsError if it is negative."""
        return self._with(Offset(offset))

    def __getitem__(self: QS, key: Any) -> QS:
        if not isinstance(key, slice) or key.step not in (None, 1):
            raise FieldError("a query takes slices [start:stop] only")
        query = self.offset(key.start) if key.start else self
        return query if key.stop is None else query.limit(max(0, key.stop - (key.start or 0)))

    def distinct(self: QS, *fields: str) -> QS:
        """Equal rows once. With `fields`, names as in `order_by`, the first of the rows that agree in them.

        Then `order_by` has to begin with the fields; without it the model's order counts, or the key.
        """
        return self._with(Distinct(fields))

    def group_by(self: QS, *fields: str) -> QS:
        """One row for all that agree in `fields`; to be read with `values` or `values_list`."""
        return self._with(GroupBy(fields))

    def values(self, *args: str, **kwargs: str) -> ValuesQuery[R, dict[str, Any]]:
        """Dicts: of the named values (``key="path"`` renames), or of all columns and annotations."""
        return ValuesQuery(self.model, self._steps, self._using, "dict", value_pairs(args, kwargs))

    @overload
    def values_list(self, field: Field[A], /, *, flat: Literal[True]) -> ValuesListQuery[R, A]: ...

    @overload
    def values_list(self, one: Field[A], /, *, flat: Literal[False] = ...) -> ValuesListQuery[R, tuple[A]]: ...

    @overload
    def values_list(
        self, one: Field[A], two: Field[B], /, *, flat: Literal[False] = ...
    ) -> ValuesListQuery[R, tuple[A, B]]: ...

    @overload
    def values_list(
        self, one: Field[A], two: Field[B], three: Field[C], /, *, flat: Literal[False] = ...
    ) -> ValuesListQuery[R, tuple[A, B, C]]: ...

    @overload
    def values_list(
        self, one: Field[A], two: Field[B], three: Field[C], four: Field[D], /, *, flat: Literal[False] = ...
    ) -> ValuesListQuery[R, tuple[A, B, C, D]]: ...

    @overload
    def values_list(self, *fields_: Column, flat: Literal[False] = ...) -> ValuesListQuery[R, tuple[Any, ...]]: ...

    @overload
    def values_list(self, *fields_: str, flat: bool) -> ValuesListQuery[R, Any]: ...

    def values_list(self, *fields_: Any, flat: bool = False) -> ValuesListQuery[R, Any]:
        """Tuples of the named values or of all columns; with `flat` the values of one field."""
        style = "flat" if flat else "tuple"
        return ValuesListQuery(
            self.model, self._steps, self._using, style, value_pairs(column_names(self.model, fields_), {})
        )

    def first(self) -> FirstQuery[R]:
        """The first row, or None."""
        return FirstQuery(self.model, (*self._steps, _ONE), self._using, self._prefetched)

    def last(self) -> FirstQuery[R]:
        """The last row in the order of the query, the model or the key; or None.

        Raises FieldError for `distinct` by fields: the order turned around would keep other rows.
        """
        if any(isinstance(step, Distinct) and step.names for step in self._steps):
            raise FieldError("distinct by fields keeps rows by their order, which last() turns around: use first()")
        given = next((step.entries for step in reversed(self._steps) if isinstance(step, OrderBy)), None)
        orderings: Sequence[Orderable] = self.model._meta.ordering if given is None else given
        backwards = reversed_order(orderings or [field.model_field_name for field in self.model._meta.key])
        return FirstQuery(self.model, (*self._steps, OrderBy(backwards), _ONE), self._using, self._prefetched)

    def latest(self, *orderings: Orderable) -> FirstQuery[R]:
        """The row that comes last in this order, or None. Raises FieldError without names."""
        if not orderings:
            raise FieldError("No fields passed: latest() and earliest() take the names to order by")
        step = OrderBy(reversed_order(orderings))
        check_entries(self.model._meta, step.entries, self._steps)
        return FirstQuery(self.model, (*self._steps, step, _ONE), self._using, self._prefetched)

    def earliest(self, *orderings: Orderable) -> FirstQuery[R]:
        """The row that comes first in this order, or None. Raises FieldError without names."""
        return self.latest(*reversed_order(orderings))

    def get(self, *args: Q, **kwargs: Any) -> OneQuery[R]:
        """Exactly one row. Raises DoesNotExist or MultipleObjectsReturned."""
        return OneQuery(self.model, (*self._steps, Filter(args, kwargs), _TWO), self._using, self._prefetched)

    def get_or_none(self, *args: Q, **kwargs: Any) -> OneOrNoneQuery[R]:
        """The only row, or None. Raises MultipleObjectsReturned."""
        return OneOrNoneQuery(self.model, (*self._steps, Filter(args, kwargs), _TWO), self._using, self._prefetched)

    def count(self) -> CountQuery[R]:
        """The number of rows."""
        return CountQuery(self.model, self._steps, self._using)

    def contains(self, obj: Record) -> ContainsQuery[R]:
        """True if the query gives the row of this instance. Raises FieldError and OperationalError."""
        return ContainsQuery(self.model, (*self._steps, Filter((), key_filter(self.model, obj))), self._using)

    async def in_bulk(self, id_list: Iterable[Any], field_name: str = "pk") -> dict[Any, R]:
        """The rows of this query whose key, or other unique column, is among `id_list`, by that value.

        Raises FieldError, ParamsError, and MultipleObjectsReturned if two rows share a value.
        """
        name, value_of = bulk_key(self.model, field_name)
        wanted = bulk_values(self.model, id_list)
        rows = await self.filter(**{f"{name}__in": wanted}) if wanted else []
        return by_value(self.model, rows, value_of, field_name)

    def raw(self, sql: str, parameters: Parameters = None) -> RawSQLQuery[R]:
        """Instances of the rows that `sql` gives, whatever the query asked before.

        A dict gives the values of ``:name`` in the text. Columns that the model does not have become attributes.
        """
        return RawSQLQuery(self.model, sql, parameters, self._using)

    def union(self, *other_qs: QuerySet[Any], all: bool = False) -> UnionQuery[R]:
        """The rows of this query and of others, equal ones once unless `all`. Columns are matched by their places."""
        return UnionQuery(self.model, self._using, parts_of((self, *other_qs), all))

    def force_index(self: QS, *index_names: str) -> QS:
        """Use one of these indexes or none; ignored where a server takes no such hint (`capabilities.index_hints`)."""
        return self._with(IndexHint(index_names, True))

    def use_index(self: QS, *index_names: str) -> QS:
        """Prefer these indexes; ignored where a server takes no such hint (`capabilities.index_hints`)."""
        return self._with(IndexHint(index_names, False))

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
        update_fields: Updates = None,
        on_conflict: Optional[Iterable[str]] = None,
        *,
        on_conflict_where: Optional[Q] = None,
        on_conflict_constraint: Optional[str] = None,
        update_where: Optional[Q] = None,
    ) -> BulkCreateQuery[R]:
        """Store many new instances at once: all or none. Generated keys are set.

        `ignore_conflicts` leaves those out that a unique constraint refuses; they stay unsaved. `update_fields` with
        `on_conflict`, the fields of a unique constraint, updates the row that is in the way instead; a dict gives
        what the fields become: values, or expressions of the row in the way (`F`) and of the new one (`Excluded`).
        `on_conflict_where` is the condition of the partial index that is meant, `on_conflict_constraint` the name of
        a constraint in place of its fields. Rows in the way that do not meet `update_where` stay as they are, and the
        new ones unsaved. Raises ValueError for what does not go together, FieldError for unknown names,
        UnSupportedError for what the server lacks (`capabilities.conflict_conditions`, `conflict_constraints`).
        """
        rule = conflict_rule(
            self.model,
            ignore_conflicts,
            update_fields,
            on_conflict,
            on_conflict_where,
            on_conflict_constraint,
            update_where,
        )
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
