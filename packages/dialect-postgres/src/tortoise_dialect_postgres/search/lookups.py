"""Lookups of vectors of words."""

from __future__ import annotations

from tortoise_core.ast import expressions as ex
from tortoise_core.ast import predicates as pr
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.query.lookups import Operand
from tortoise_core.query.scope import Term
from tortoise_core.schema.fields.data import TextField
from tortoise_core.schema.fitting import EQUALITY, TEXT
from tortoise_dialect_postgres.sql_types import TSVector

_TEXT = TextField()


def search(term: Term, operand: Operand) -> ex.Predicate:
    """Words, or a query, found in a vector."""
    operand.refuse_null()
    return pr.TextSearch(term.expression, operand.value_of(_TEXT))


VECTORS = TypeSupport(TSVector, {}, {"search": search}, EQUALITY + TEXT)
