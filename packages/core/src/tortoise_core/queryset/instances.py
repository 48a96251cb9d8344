"""What queries of instances share, of however many."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Optional, TypeVar

from tortoise_core.load.branches import Wanted, prefetch_tree
from tortoise_core.load.prefetch import prefetch
from tortoise_core.load.prepared import ROWS, Kind, Steps, fetch
from tortoise_core.load.streaming import stream
from tortoise_core.query.expressions import Expression
from tortoise_core.query.steps import Annotate, Lock, Only, SelectRelated, Step
from tortoise_core.query.steps.lock import KEY_SHARE, NO_KEY_UPDATE, SHARE, UPDATE
from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.schema.record import R, Record
from tortoise_core.session.context import Using

IQ = TypeVar("IQ", bound="InstanceQuery[Any]")


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

    def _copy(self: IQ) -> IQ:
        query = object.__new__(type(self))
        query.model, query._steps, query._using = self.model, self._steps, self._using
        query._prefetched = self._prefetched
        return query

    def _with(self: IQ, step: Step) -> IQ:
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

    async def _each(self, size: Optional[int]) -> AsyncGenerator[R, None]:
        """The instances, fetched and loaded `size` rows at a time; with None fetched at once and loaded in parts."""
        executor = self._executor()
        parts = stream(executor, self.model, ROWS, self._steps, size)
        try:
            async for part in parts:
                if self._prefetched:
                    await prefetch(executor, self.model, part, prefetch_tree(self.model, self._prefetched))
                for instance in part:
                    yield instance
        finally:
            await parts.aclose()

    def prefetch_related(self: IQ, *args: Wanted) -> IQ:
        """Fetch relations of the results too, one further query each: names, or `Prefetch` objects.

        Raises FieldError for unknown relations and for two queries of one relation without `to_attr`.
        """
        query = self._copy()
        query._prefetched = (*self._prefetched, *args)
        prefetch_tree(self.model, query._prefetched)
        return query

    def select_related(self: IQ, *fields: str) -> IQ:
        """Fetch related rows of foreign keys in the same query."""
        return self._with(SelectRelated(fields))

    def annotate(self: IQ, **kwargs: Expression) -> IQ:
        """Add computed values to each result, each under a name of its own."""
        return self._with(Annotate(kwargs))

    def only(self: IQ, *fields_for_select: str) -> IQ:
        """Load these columns alone, also of related rows (``team__name``). Replaces an earlier choice.

        What was not loaded is missing on the instances; `save` writes what is there. Raises FieldError.
        """
        return self._with(Only(fields_for_select))

    def select_for_update(
        self: IQ, nowait: bool = False, skip_locked: bool = False, of: Sequence[str] = (), no_key: bool = False
    ) -> IQ:
        """Lock the rows until the transaction ends; those of the model, or of the tables and relations in `of`.

        `nowait` fails where somebody else holds a lock, `skip_locked` leaves such rows out, `no_key` lets others refer
        to the rows. With `update` and `delete` the rows are locked as they are picked. Where a server locks no rows
        (`capabilities.row_locks`) the query reads them as they are.
        """
        return self._with(Lock(NO_KEY_UPDATE if no_key else UPDATE, nowait, skip_locked, of))

    def select_for_share(
        self: IQ, nowait: bool = False, skip_locked: bool = False, of: Sequence[str] = (), key_only: bool = False
    ) -> IQ:
        """Keep others from changing the rows until the transaction ends, but not from locking them like this too.

        `key_only` keeps them from deleting the rows and from changing keys alone. Otherwise as `select_for_update`.
        Raises UnSupportedError where a server that locks rows has no such lock (`capabilities.share_locks`).
        """
        return self._with(Lock(KEY_SHARE if key_only else SHARE, nowait, skip_locked, of))
