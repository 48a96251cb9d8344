"""Transactions."""

from tortoise_core.dialect.transactions import IsolationLevel
from tortoise_core.session.blocks import atomic, in_transaction

__all__ = ["IsolationLevel", "atomic", "in_transaction"]
