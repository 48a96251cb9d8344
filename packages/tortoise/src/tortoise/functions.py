"""Functions and aggregates."""

from tortoise_core.query.functions import Aggregate, Avg, Count, Max, Min, Sum
from tortoise_core.query.ordered_aggregates import BoolAnd, BoolOr, Mode, PercentileCont, PercentileDisc, StringAgg
from tortoise_core.query.text_functions import Coalesce, Collate, Concat, Length, Lower, Trim, Upper
from tortoise_core.query.window_functions import (
    CumeDist,
    DenseRank,
    FirstValue,
    Lag,
    LastValue,
    Lead,
    NthValue,
    Ntile,
    PercentRank,
    Rank,
    RowNumber,
)

__all__ = [
    "Aggregate",
    "Avg",
    "BoolAnd",
    "BoolOr",
    "Coalesce",
    "Collate",
    "Concat",
    "Count",
    "CumeDist",
    "DenseRank",
    "FirstValue",
    "Lag",
    "LastValue",
    "Lead",
    "Length",
    "Lower",
    "Max",
    "Min",
    "Mode",
    "NthValue",
    "Ntile",
    "PercentRank",
    "PercentileCont",
    "PercentileDisc",
    "Rank",
    "RowNumber",
    "StringAgg",
    "Sum",
    "Trim",
    "Upper",
]
