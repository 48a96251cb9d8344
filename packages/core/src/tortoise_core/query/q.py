"""Conditions."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.shapes import Shaped, describe


class Q(Shaped):
    """Conditions joined by AND or OR: other Q objects first, then keyword lookups. `~q` negates.

    Shape and values are told apart once, when the condition is made.
    """

    AND = "AND"
    OR = "OR"

    __slots__ = ("_negated", "children", "filters", "join_type", "shape", "values")

    def __init__(self, *args: Q, join_type: str = AND, **kwargs: Any) -> None:
        if join_type != "AND" and join_type != "OR":
            raise FieldError(f"join_type is AND or OR, not {shown(join_type)}")
        self.children: tuple[Q, ...] = args
        self.filters: dict[str, Any] = kwargs
        self.join_type = join_type
        self._negated = False
        shape: list[Hashable] = [join_type, False]
        values: list[Any] = []
        for arg in args:
            if not isinstance(arg, Q):
                raise FieldError(f"positional conditions must be Q objects, not {shown(arg)}")
            shape.append(arg.shape)
            values += arg.values
        if kwargs:
            describe(kwargs, shape, values)
        self.shape: Hashable = tuple(shape)
        self.values: tuple[Any, ...] = tuple(values)

    def negate(self) -> None:
        """Turn this condition into its opposite."""
        opposite = ~self
        self._negated, self.shape = opposite._negated, opposite.shape

    @property
    def negated(self) -> bool:
        """True if the condition is turned around."""
        return self._negated

    def __and__(self, other: Q) -> Q:
        return _pair(self, other, "AND")

    def __or__(self, other: Q) -> Q:
        return _pair(self, other, "OR")

    def __invert__(self) -> Q:
        q = object.__new__(Q)
        q.children, q.filters, q.join_type, q.values = self.children, self.filters, self.join_type, self.values
        q._negated = not self._negated
        q.shape = (self.join_type, q._negated, *self.shape[2:])  # type: ignore[index]  # a tuple, as made above
        return q

    def __bool__(self) -> bool:
        return bool(self.children or self.filters)

    def __repr__(self) -> str:
        parts = [repr(child) for child in self.children] + [f"{key}={value!r}" for key, value in self.filters.items()]
        return f"{'~' if self._negated else ''}({f' {self.join_type} '.join(parts)})"


def _pair(left: Q, right: Q, join_type: str) -> Q:
    """Two conditions joined: what ``Q(left, right, join_type=...)`` means, at half the cost."""
    if not isinstance(right, Q):
        raise FieldError(f"a condition is joined with Q objects, not {shown(right)}")
    q = object.__new__(Q)
    q.filters, q.join_type, q._negated = {}, join_type, False
    q.values = left.values + right.values
    if not left.filters and left.join_type == join_type and not left._negated and left.children:
        # a loop of `condition |= ...` makes one long condition, not a deep one
        q.children, q.shape = (*left.children, right), (*left.shape, right.shape)  # type: ignore[misc]  # a tuple
    else:
        q.children, q.shape = (left, right), (join_type, False, left.shape, right.shape)
    return q
