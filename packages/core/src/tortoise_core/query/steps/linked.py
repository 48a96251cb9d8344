"""Rows at the other end of a link table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tortoise_core.query.request import Request
from tortoise_core.query.scope import ListValue
from tortoise_core.query.steps.base import Step
from tortoise_core.schema.relations import ManyToManyFieldInstance


class Linked(Step):
    """Rows that a many-to-many relation links to any of the keys on its own side."""

    __slots__ = ("relation",)

    def __init__(self, relation: ManyToManyFieldInstance, keys: Iterable[Any]) -> None:
        self.relation = relation
        self.shape, self.values = ("linked", relation), (ListValue(keys),)

    def declare(self, request: Request, start: int) -> None:
        request.linked = (self.relation, start)
