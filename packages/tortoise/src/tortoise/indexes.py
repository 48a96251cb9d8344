"""Indexes for Meta.indexes."""

from tortoise_core.query.indexes import Index, PartialIndex

__all__ = ["Index", "PartialIndex"]
