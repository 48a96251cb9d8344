"""Conditions on rows."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from tortoise_core.base.errors import FieldError
from tortoise_core.base.names import shown
from tortoise_core.query.q import Q
from tortoise_core.query.request import Request
from tortoise_core.query.shapes import describe
from tortoise_core.query.steps.base import Step


class Filter(Step):
    """Rows that meet all conditions; with `negated`, those that meet none of them."""

    __slots__ = ("args", "kwargs", "negated")

    def __init__(self, args: tuple[Q, ...], kwargs: dict[str, Any], negated: bool = False) -> None:
        self.args, self.kwargs, self.negated = args, kwargs, negated
        shape: list[Hashable] = ["exclude" if negated else "filter"]
        values: list[Any] = []
        for arg in args:
            if not isinstance(arg, Q):
                raise FieldError(f"positional conditions must be Q objects, not {shown(arg)}")
            shape.append(arg.shape)
            values += arg.values
        if kwargs:
            describe(kwargs, shape, values)
        self.shape, self.values = tuple(shape), tuple(values)

    def declare(self, request: Request, start: int) -> None:
        if self.negated:
            each = [*self.args, *[Q(**{key: value}) for key, value in self.kwargs.items()]]
            request.filters.append((Q(*[~condition for condition in each]), start))
        else:
            request.filters.append((Q(*self.args, **self.kwargs), start))
