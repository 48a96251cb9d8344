"""One term of an order: ``F("name").desc(nulls_last=True)``."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Optional

from tortoise_core.ast.expressions import Expression
from tortoise_core.ast.select import NullsOrderBy, Order, OrderBy
from tortoise_core.base.errors import FieldError
from tortoise_core.query.shapes import Shaped


class Ordering(Shaped):
    """`expression` in one direction; `nulls_first` None leaves it to the server where NULL goes."""

    __slots__ = ("descending", "expression", "nulls_first", "shape", "values")

    def __init__(self, expression: Shaped, descending: bool, nulls_first: Optional[bool] = None) -> None:
        self.expression, self.descending, self.nulls_first = expression, descending, nulls_first
        self.shape: Hashable = ("Ordering", expression.shape, descending, nulls_first)
        self.values: tuple[Any, ...] = expression.values

    @classmethod
    def of(cls, expression: Shaped, descending: bool, nulls_first: bool, nulls_last: bool) -> Ordering:
        """The term that ``asc`` and ``desc`` give. Raises FieldError for both places of NULL at once."""
        if nulls_first and nulls_last:
            raise FieldError("NULL comes first or last, not both: nulls_first or nulls_last")
        return cls(expression, descending, bool(nulls_first) if nulls_first or nulls_last else None)

    def node(self, expression: Expression) -> Order:
        """The term in the tree, of `expression` resolved."""
        if self.nulls_first is None:
            return OrderBy(expression, self.descending)
        return NullsOrderBy(expression, self.descending, self.nulls_first)

    def reversed(self) -> Ordering:
        """The opposite direction, NULL included."""
        nulls_first = None if self.nulls_first is None else not self.nulls_first
        return Ordering(self.expression, not self.descending, nulls_first)
