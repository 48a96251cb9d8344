"""What the steps of a query add up to, before anything of it is resolved."""

from __future__ import annotations

from typing import Any, Optional, Union

from tortoise_core.query.expressions import Expression
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.q import Q
from tortoise_core.schema.relations import ManyToManyFieldInstance


class Request:
    """Each entry keeps the position of its first value. Filled by `Step.declare`."""

    __slots__ = (
        "annotations",
        "assignments",
        "distinct",
        "distinct_on",
        "filters",
        "group_by",
        "index_hints",
        "laterals",
        "limit",
        "linked",
        "lock",
        "offset",
        "only",
        "ordering",
        "ordering_start",
        "select_related",
    )

    def __init__(self) -> None:
        self.filters: list[tuple[Q, int]] = []
        self.annotations: dict[str, tuple[Expression, int]] = {}
        #: queries that are joined, by their names
        self.laterals: dict[str, tuple[Lateral, int]] = {}
        self.assignments: dict[str, tuple[Any, int]] = {}
        self.ordering: Optional[tuple[Union[str, Ordering], ...]] = None
        self.ordering_start = 0
        self.group_by: tuple[str, ...] = ()
        self.select_related: tuple[str, ...] = ()
        #: (many-to-many relation, position of the list of keys on its side)
        self.linked: Optional[tuple[ManyToManyFieldInstance, int]] = None
        self.limit: Optional[int] = None
        self.offset: Optional[int] = None
        self.distinct = False
        #: of rows that agree in these names the first one; () for all rows that differ
        self.distinct_on: tuple[str, ...] = ()
        #: names of the columns wanted; None: all
        self.only: Optional[tuple[str, ...]] = None
        #: the step that asks for locks, and those that name indexes
        self.lock: Any = None
        self.index_hints: tuple[Any, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """The names that `annotate` gave."""
        return (*self.annotations, *self.laterals)
