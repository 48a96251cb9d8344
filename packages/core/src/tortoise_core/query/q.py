"""Conditions."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Optional

from tortoise_core.base.errors import FieldError
from tortoise_core.query.shapes import Shaped, describe


class Q(Shaped):
    """Conditions joined by AND or OR: other Q objects first, then keyword lookups. `~q` negates."""

    AND = "AND"
    OR = "OR"

    __slots__ = ("_negated", "_shape", "_values", "children", "filters", "join_type")

    def __init__(self, *args: Q, join_type: str = AND, **kwargs: Any) -> None:
        for arg in args:
            if not isinstance(arg, Q):
                raise FieldError(f"positional conditions must be Q objects, not {arg!r}")
        if join_type not in (self.AND, self.OR):
            raise FieldError(f"join_type is AND or OR, not {join_type!r}")
        self.children: tuple[Q, ...] = args
        self.filters: dict[str, Any] = kwargs
        self.join_type = join_type
        self._negated = False
        self._shape: Optional[Hashable] = None
        self._values: tuple[Any, ...] = ()

    def _describe(self) -> None:
        shape: list[Hashable] = []
        values: list[Any] = []
        for child in self.children:
            shape.append(child.shape)
            values.extend(child.values)
        for key, value in self.filters.items():
            describe(key, value, shape, values)
        self._values = tuple(values)
        self._shape = ("Q", self.join_type, self._negated, len(self.children), tuple(shape))

    @property
    def shape(self) -> Hashable:  # type: ignore[override]  # computed once, on first use
        if self._shape is None:
            self._describe()
        return self._shape

    @property
    def values(self) -> tuple[Any, ...]:  # type: ignore[override]  # computed once, on first use
        if self._shape is None:
            self._describe()
        return self._values

    def negate(self) -> None:
        """Turn this condition into its opposite."""
        self._negated = not self._negated
        self._shape = None

    @property
    def negated(self) -> bool:
        """True if the condition is turned around."""
        return self._negated

    def __and__(self, other: Q) -> Q:
        return Q(self, other)

    def __or__(self, other: Q) -> Q:
        return Q(self, other, join_type=self.OR)

    def __invert__(self) -> Q:
        negated = Q(*self.children, join_type=self.join_type, **self.filters)
        negated._negated = not self._negated
        return negated

    def __bool__(self) -> bool:
        return bool(self.children or self.filters)

    def __repr__(self) -> str:
        parts = [repr(child) for child in self.children] + [f"{key}={value!r}" for key, value in self.filters.items()]
        return f"{'~' if self._negated else ''}({f' {self.join_type} '.join(parts)})"
