"""Functions of full text search, and chance."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Optional

from tortoise_core.ast.types import Float, SqlType
from tortoise_core.query.calls import Function
from tortoise_core.query.expressions import Expression
from tortoise_core.query.lookups import as_text
from tortoise_core.query.scope import Scope, Term
from tortoise_dialect_postgres.functions.own import PostgresFunction
from tortoise_dialect_postgres.sql_types import TSQuery, TSVector


class _TextSearchFunction(Function):
    """Takes text: the name of a field, or an expression."""

    result: ClassVar[SqlType]

    def __init__(self, field: Any) -> None:
        super().__init__(field)

    def call(self, terms: Sequence[Term]) -> Term:
        tree = PostgresFunction(self.database_func, (as_text(terms[0].expression),), self.result)
        return Term(tree, None, terms[0].aggregate)


class ToTsVector(_TextSearchFunction):
    """The words of text, reduced, with their places."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "TO_TSVECTOR"
    result = TSVector()


class ToTsQuery(_TextSearchFunction):
    """Text in the server's own language of queries, as a query."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "TO_TSQUERY"
    result = TSQuery()


class PlainToTsQuery(_TextSearchFunction):
    """All words of text, as a query."""

    __module__ = "tortoise.contrib.postgres.functions"

    database_func = "PLAINTO_TSQUERY"
    result = TSQuery()


class Random(Expression):
    """A number from 0 up to 1, another one for each row: ``annotate(r=Random()).order_by("r")``.

    `alias` is kept for those who give it; annotations are called as the keyword says.
    """

    __module__ = "tortoise.contrib.postgres.functions"

    shape: Hashable = "Random"
    values: tuple[Any, ...] = ()

    def __init__(self, alias: Optional[str] = None) -> None:
        self.alias = alias

    def resolve(self, scope: Scope) -> Term:
        return Term(PostgresFunction("RANDOM", (), Float()))
