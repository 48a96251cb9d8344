"""Documents to search in: text made into vectors of words (PostgreSQL manual, "Full Text Search")."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.operators import Infix
from tortoise_core.ast.types import SqlType, Text
from tortoise_core.query.expressions import Expression, F, Value
from tortoise_core.query.lookups import as_text
from tortoise_core.query.scope import Scope, Term
from tortoise_dialect_postgres.functions.own import PostgresFunction
from tortoise_dialect_postgres.sql_types import CharType, RegConfig, TSVector

#: the name of a field or an expression
VectorInput = Union[Expression, str]
#: the name of a configuration of the server's, such as "english", or an expression for one
ConfigInput = Union[Expression, str]
#: "A", "B", "C" or "D", or an expression for one of them
WeightInput = Union[Expression, str]

WEIGHTS = ("A", "B", "C", "D")


def constant_or_expression(value: Any) -> Expression:
    """An expression as it is, anything else as a constant."""
    return value if isinstance(value, Expression) else Value(value)


def field_or_expression(value: Any) -> Expression:
    """The field that a text names, or an expression."""
    if not isinstance(value, (str, Expression)):
        raise TypeError(f"expected the name of a field or an expression, got {type(value).__name__}.")
    return F(value) if isinstance(value, str) else value


def checked_weight(weight: Any) -> Any:
    """A weight as it is. ValueError for a text that is none."""
    if isinstance(weight, str) and weight.upper() not in WEIGHTS:
        raise ValueError(f"Weight must be one of 'A', 'B', 'C', and 'D', got {weight!r}.")
    return weight


class Parts:
    """Expressions that another one is made of, their shapes and values together; None for one that is not given."""

    __slots__ = ("items", "shape", "values")

    def __init__(self, *items: Optional[Expression]) -> None:
        self.items = items
        self.shape: Hashable = tuple([None if item is None else item.shape for item in items])
        self.values: tuple[Any, ...] = sum([item.values for item in items if item is not None], ())

    def resolve(self, scope: Scope) -> list[Optional[Term]]:
        """Their terms, in order."""
        return [None if item is None else item.resolve(scope) for item in self.items]


def with_config(config: Optional[Term], *arguments: ex.Expression) -> tuple[ex.Expression, ...]:
    """The arguments of a function that takes the name of a configuration first, if any."""
    return arguments if config is None else (ex.Cast(config.expression, RegConfig()), *arguments)


def as_vector(expression: ex.Expression) -> ex.Expression:
    """A vector as it is, text made into one."""
    if isinstance(expression.type, TSVector):
        return expression
    return PostgresFunction("TO_TSVECTOR", (as_text(expression),), TSVector())


class SearchVectorCombinable(Expression):
    """What can be joined to a longer document by ``+``."""

    __module__ = "tortoise.contrib.postgres.search"

    def __add__(self, other: Any) -> CombinedSearchVector:
        return CombinedSearchVector(self, _checked(other))

    def __radd__(self, other: Any) -> CombinedSearchVector:
        return CombinedSearchVector(_checked(other), self)


class SearchVector(SearchVectorCombinable):
    """The words of `expressions` (names of fields, or expressions), with blanks between, reduced as `config` says.

    NULL if any of them is NULL. `config` is by default the server's `default_text_search_config`; `weight` marks
    the words as of kind "A", "B", "C" or "D".
    """

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(
        self, *expressions: VectorInput, config: Optional[ConfigInput] = None, weight: Optional[WeightInput] = None
    ) -> None:
        if not expressions:
            raise ValueError("SearchVector requires at least one expression.")
        self.expressions, self.config, self.weight = expressions, config, checked_weight(weight)
        self._options = Parts(*[None if item is None else constant_or_expression(item) for item in (config, weight)])
        self._texts = Parts(*[field_or_expression(item) for item in expressions])
        self.shape: Hashable = ("SearchVector", self._options.shape, self._texts.shape)
        self.values: tuple[Any, ...] = self._options.values + self._texts.values

    def resolve(self, scope: Scope) -> Term:
        config, weight = self._options.resolve(scope)
        texts = [term for term in self._texts.resolve(scope) if term is not None]
        tree = vector_of([as_text(term.expression) for term in texts], config, weight)
        return Term(tree, None, any(term.aggregate for term in texts))


class CombinedSearchVector(SearchVectorCombinable):
    """`left` and behind it `right`."""

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(self, left: SearchVectorCombinable, right: SearchVectorCombinable) -> None:
        self.left, self.right = left, right
        self._parts = Parts(left, right)
        self.shape: Hashable = ("CombinedSearchVector", self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def resolve(self, scope: Scope) -> Term:
        left, right = self.left.resolve(scope), self.right.resolve(scope)
        tree = Infix("||", left.expression, right.expression, TSVector())
        return Term(tree, None, left.aggregate or right.aggregate)


def vector_of(
    texts: Sequence[ex.Expression], config: Optional[Term] = None, weight: Optional[Term] = None
) -> ex.Expression:
    """The vector of texts in a row."""
    tree = joined(texts, ex.TextLiteral(" ", Text()), Text())
    tree = PostgresFunction("TO_TSVECTOR", with_config(config, tree), TSVector())
    if weight is not None:
        tree = PostgresFunction("SETWEIGHT", (tree, ex.Cast(weight.expression, CharType())), TSVector())
    return tree


def joined(items: Sequence[ex.Expression], between: Optional[ex.Expression], sql_type: SqlType) -> ex.Expression:
    """`items` one behind the other, with something between them."""
    tree = items[0]
    for item in items[1:]:
        if between is not None:
            tree = Infix("||", tree, between, sql_type)
        tree = Infix("||", tree, item, sql_type)
    return tree


def _checked(other: Any) -> SearchVectorCombinable:
    if not isinstance(other, SearchVectorCombinable):
        raise TypeError(
            f"SearchVector can only be combined with other SearchVector instances, got {type(other).__name__}."
        )
    return other
