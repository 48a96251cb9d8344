"""Rows by chance."""

from __future__ import annotations

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import types
from tortoise_core.query.calls import Function
from tortoise_core.query.scope import Scope, Term


class Random(Function):
    """A whole number of 64 bits for each row, of either sign: ``annotate(r=Random()).order_by("r")``."""

    database_func = "RANDOM"

    def __init__(self) -> None:
        super().__init__(None)

    def resolve(self, scope: Scope) -> Term:
        return Term(ex.Function(self.database_func, (), types.Integer(64)))
