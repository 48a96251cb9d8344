"""Queries built by hand."""

from tortoise_core.app.former import QueryResult, execute_pypika

__all__ = ["QueryResult", "execute_pypika"]
