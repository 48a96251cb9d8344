"""Aggregates."""

from tortoise_core.query.functions import Aggregate, Avg, Count, Max, Min, Sum

__all__ = ["Aggregate", "Avg", "Count", "Max", "Min", "Sum"]
