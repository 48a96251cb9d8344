"""Transactions."""

from tortoise_core.session.blocks import atomic, in_transaction

__all__ = ["atomic", "in_transaction"]
