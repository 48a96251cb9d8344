"""What to search for, how well it was found, and where in the text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, ClassVar, Optional, Union

from tortoise_core.ast import expressions as ex
from tortoise_core.ast.operators import Infix
from tortoise_core.ast.types import Boolean, Float, Integer, Text
from tortoise_core.query.expressions import Expression, Value
from tortoise_core.query.lookups import as_text
from tortoise_core.query.scope import Scope, Term
from tortoise_dialect_postgres.arrays.field import ArrayField
from tortoise_dialect_postgres.functions.own import PostgresFunction
from tortoise_dialect_postgres.search.lexemes import LexemeCombinable
from tortoise_dialect_postgres.search.vectors import (
    ConfigInput,
    Parts,
    VectorInput,
    as_vector,
    constant_or_expression,
    field_or_expression,
    with_config,
)
from tortoise_dialect_postgres.sql_types import TSQuery

#: text to search for, or an expression
QueryInput = Union[Expression, str]
#: the weights of "D", "C", "B" and "A", in this order
RankWeightInput = Union[Expression, Sequence[float], Sequence[int], str]
#: flags of `ts_rank`, added up
NormalizationInput = Union[Expression, int]
HeadlineExpressionInput = Union[Expression, str]
HeadlineOptionValue = Union[str, int, bool]
ScalarValue = Union[str, int, float, bool]

_WEIGHTS = ArrayField("real")


def query_of(value: Any) -> Expression:
    """A query as it is, text as a plain one."""
    if isinstance(value, (str, Expression)):
        return SearchQuery(value) if isinstance(value, str) else value
    raise TypeError(f"expected text or a SearchQuery, got {type(value).__name__}.")


def as_query(expression: ex.Expression) -> ex.Expression:
    """A query as it is, text made into a plain one."""
    if isinstance(expression.type, TSQuery):
        return expression
    return PostgresFunction("PLAINTO_TSQUERY", (as_text(expression),), TSQuery())


class SearchQueryCombinable(Expression):
    """What can be combined by ``|``, ``&`` and ``~``."""

    __module__ = "tortoise.contrib.postgres.search"

    def __invert__(self) -> SearchQueryCombinable:
        raise NotImplementedError

    def __or__(self, other: Any) -> CombinedSearchQuery:
        return CombinedSearchQuery(self, " || ", _checked(other))

    def __and__(self, other: Any) -> CombinedSearchQuery:
        return CombinedSearchQuery(self, " && ", _checked(other))


class SearchQuery(SearchQueryCombinable):
    """What to search for: text, an expression, or lexemes.

    `search_type`: "plain" all of the words, "phrase" in this order, "raw" an expression in the server's own language,
    "websearch" as people write it for search engines; lexemes are always "raw". `config` is by default the server's.
    Raises ValueError for another type.
    """

    __module__ = "tortoise.contrib.postgres.search"

    #: how a type of search is called -> the server's function
    SEARCH_TYPES: ClassVar[dict[str, str]] = {
        "plain": "PLAINTO_TSQUERY",
        "phrase": "PHRASETO_TSQUERY",
        "raw": "TO_TSQUERY",
        "websearch": "WEBSEARCH_TO_TSQUERY",
    }

    def __init__(
        self, value: QueryInput, config: Optional[ConfigInput] = None, search_type: str = "plain", invert: bool = False
    ) -> None:
        if search_type not in self.SEARCH_TYPES:
            raise ValueError(f"Unknown search_type argument '{search_type}'.")
        if not isinstance(value, (str, Expression)):
            raise TypeError(f"SearchQuery takes text or an expression, got {type(value).__name__}.")
        self._search_type = "raw" if isinstance(value, LexemeCombinable) else search_type
        self.function = self.SEARCH_TYPES[self._search_type]
        self.value, self.config, self.invert = value, config, invert
        text = Value(value.text) if isinstance(value, LexemeCombinable) else constant_or_expression(value)
        self._parts = Parts(None if config is None else constant_or_expression(config), text)
        self.shape: Hashable = ("SearchQuery", self.function, bool(invert), self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def __invert__(self) -> SearchQuery:
        return SearchQuery(self.value, self.config, self._search_type, not self.invert)

    def resolve(self, scope: Scope) -> Term:
        config, text = self._parts.resolve(scope)
        assert text is not None
        tree: ex.Expression = PostgresFunction(self.function, with_config(config, as_text(text.expression)), TSQuery())
        if self.invert:
            tree = PostgresFunction("TSQUERY_NOT", (tree,), TSQuery())
        return Term(tree, None, text.aggregate)


class CombinedSearchQuery(SearchQueryCombinable):
    """`left` or (" || ") or and (" && ") `right`."""

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(self, left: SearchQueryCombinable, operator: str, right: SearchQueryCombinable) -> None:
        if operator.strip() not in ("||", "&&"):
            raise ValueError(f'SearchQuery instances are combined by "||" or "&&", not {operator!r}.')
        self.left, self.right, self.operator = left, right, f" {operator.strip()} "
        self._parts = Parts(left, right)
        self.shape: Hashable = ("CombinedSearchQuery", self.operator, self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def __invert__(self) -> CombinedSearchQuery:
        # neither of them is each of them not
        other = {" || ": " && ", " && ": " || "}[self.operator]
        return CombinedSearchQuery(~self.left, other, ~self.right)

    def resolve(self, scope: Scope) -> Term:
        left, right = self.left.resolve(scope), self.right.resolve(scope)
        tree = Infix(self.operator.strip(), left.expression, right.expression, TSQuery())
        return Term(tree, None, left.aggregate or right.aggregate)


class SearchCriterion(Expression):
    """Whether the words of `expr` are found in `field`: a truth value, to annotate and to compare.

    `vectorize`: `field` is text to be made into a vector first (default True; vectors stay as they are).
    """

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(self, field: VectorInput, expr: QueryInput, vectorize: bool = True) -> None:
        self.field, self.expr, self.vectorize = field, expr, vectorize
        self._parts = Parts(field_or_expression(field), query_of(expr))
        self.shape: Hashable = ("SearchCriterion", bool(vectorize), self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def resolve(self, scope: Scope) -> Term:
        where, what = self._parts.resolve(scope)
        assert where is not None
        assert what is not None
        vector = as_vector(where.expression) if self.vectorize else where.expression
        tree = Infix("@@", vector, as_query(what.expression), Boolean())
        return Term(tree, None, where.aggregate or what.aggregate)


class SearchRank(Expression):
    """How well `query` is found in `vector` (the name of a field, or an expression): a float, larger is better.

    `weights` are those of words marked "D", "C", "B" and "A" (the server's: 0.1, 0.2, 0.4, 1.0); `normalization` adds
    up flags of `ts_rank`; `cover_density` also counts how near to each other the words are.
    """

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(
        self,
        vector: VectorInput,
        query: QueryInput,
        weights: Optional[RankWeightInput] = None,
        normalization: Optional[NormalizationInput] = None,
        cover_density: bool = False,
    ) -> None:
        self.vector, self.query, self.weights = vector, query, weights
        self.normalization, self.cover_density = normalization, cover_density
        self._parts = Parts(
            None if weights is None else weights if isinstance(weights, Expression) else _Weights(weights),
            field_or_expression(vector),
            query_of(query),
            None if normalization is None else constant_or_expression(normalization),
        )
        self.shape: Hashable = ("SearchRank", bool(cover_density), self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def resolve(self, scope: Scope) -> Term:
        weights, vector, query, flags = self._parts.resolve(scope)
        assert vector is not None
        assert query is not None
        arguments = [as_vector(vector.expression), as_query(query.expression)]
        if weights is not None:
            arguments.insert(0, weights.expression)
        if flags is not None:
            arguments.append(ex.Cast(flags.expression, Integer(32)))
        name = "TS_RANK_CD" if self.cover_density else "TS_RANK"
        return Term(PostgresFunction(name, tuple(arguments), Float()), None, vector.aggregate or query.aggregate)


class _Weights(Expression):
    """Four numbers, as a list or as the text of an array."""

    def __init__(self, given: Any) -> None:
        numbers = given.strip().strip("{}").split(",") if isinstance(given, str) else list(given)
        if len(numbers) != 4:
            raise ValueError(f"weights are four numbers, those of D, C, B and A, not {given!r}")
        self.shape: Hashable = "weights"
        self.values: tuple[Any, ...] = ([float(number) for number in numbers],)

    def resolve(self, scope: Scope) -> Term:
        found = scope.operand(_WEIGHTS)
        return Term(ex.Param(found.source, found.type, found.encode, True))


class SearchHeadline(Expression):
    """An extract of text (the name of a field, or an expression) around the words of `query`, which it marks.

    Options not given are the server's (PostgreSQL manual, "Highlighting Results"): `start_sel` "<b>", `stop_sel`
    "</b>", `max_words` 35, `min_words` 15, `short_word` 3, `highlight_all` False, `max_fragments` 0,
    `fragment_delimiter` " ... ".
    """

    __module__ = "tortoise.contrib.postgres.search"

    def __init__(
        self,
        expression: HeadlineExpressionInput,
        query: QueryInput,
        config: Optional[ConfigInput] = None,
        start_sel: Optional[str] = None,
        stop_sel: Optional[str] = None,
        max_words: Optional[int] = None,
        min_words: Optional[int] = None,
        short_word: Optional[int] = None,
        highlight_all: Optional[bool] = None,
        max_fragments: Optional[int] = None,
        fragment_delimiter: Optional[str] = None,
    ) -> None:
        self.expression, self.query, self.config = expression, query, config
        self.options: dict[str, Optional[HeadlineOptionValue]] = {
            "StartSel": start_sel,
            "StopSel": stop_sel,
            "MaxWords": max_words,
            "MinWords": min_words,
            "ShortWord": short_word,
            "HighlightAll": highlight_all,
            "MaxFragments": max_fragments,
            "FragmentDelimiter": fragment_delimiter,
        }
        given = ", ".join([f"{name}={_option(value)}" for name, value in self.options.items() if value is not None])
        self._parts = Parts(
            None if config is None else constant_or_expression(config),
            field_or_expression(expression),
            query_of(query),
            Value(given) if given else None,
        )
        self.shape: Hashable = ("SearchHeadline", self._parts.shape)
        self.values: tuple[Any, ...] = self._parts.values

    def resolve(self, scope: Scope) -> Term:
        config, text, query, options = self._parts.resolve(scope)
        assert text is not None
        assert query is not None
        arguments = with_config(config, as_text(text.expression), as_query(query.expression))
        if options is not None:
            arguments = (*arguments, options.expression)
        return Term(PostgresFunction("TS_HEADLINE", arguments, Text()), None, text.aggregate or query.aggregate)


def _option(value: HeadlineOptionValue) -> str:
    """An option as the server reads it out of the text of all of them."""
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    return str(value).lower()


def _checked(other: Any) -> SearchQueryCombinable:
    if not isinstance(other, SearchQueryCombinable):
        raise TypeError(
            f"SearchQuery can only be combined with other SearchQuery instances, got {type(other).__name__}."
        )
    return other
