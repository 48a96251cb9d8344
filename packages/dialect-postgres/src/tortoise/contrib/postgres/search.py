"""Full text search."""

from tortoise_dialect_postgres.functions.conditions import Comp
from tortoise_dialect_postgres.search.lexemes import CombinedLexeme, Lexeme, LexemeCombinable
from tortoise_dialect_postgres.search.queries import (
    CombinedSearchQuery,
    HeadlineExpressionInput,
    HeadlineOptionValue,
    NormalizationInput,
    QueryInput,
    RankWeightInput,
    ScalarValue,
    SearchCriterion,
    SearchHeadline,
    SearchQuery,
    SearchQueryCombinable,
    SearchRank,
)
from tortoise_dialect_postgres.search.vectors import (
    CombinedSearchVector,
    ConfigInput,
    SearchVector,
    SearchVectorCombinable,
    VectorInput,
    WeightInput,
)

__all__ = [
    "CombinedLexeme",
    "CombinedSearchQuery",
    "CombinedSearchVector",
    "Comp",
    "ConfigInput",
    "HeadlineExpressionInput",
    "HeadlineOptionValue",
    "Lexeme",
    "LexemeCombinable",
    "NormalizationInput",
    "QueryInput",
    "RankWeightInput",
    "ScalarValue",
    "SearchCriterion",
    "SearchHeadline",
    "SearchQuery",
    "SearchQueryCombinable",
    "SearchRank",
    "SearchVector",
    "SearchVectorCombinable",
    "VectorInput",
    "WeightInput",
]
