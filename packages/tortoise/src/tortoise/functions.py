"""Functions and aggregates."""

from tortoise_core.query.functions import Aggregate, Avg, Count, Max, Min, Sum
from tortoise_core.query.text_functions import Coalesce, Collate, Concat, Length, Lower, Trim, Upper

__all__ = [
    "Aggregate",
    "Avg",
    "Coalesce",
    "Collate",
    "Concat",
    "Count",
    "Length",
    "Lower",
    "Max",
    "Min",
    "Sum",
    "Trim",
    "Upper",
]
