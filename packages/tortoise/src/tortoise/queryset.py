"""The classes of queries."""

from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.queryset.awaitable import Self as QUERY
from tortoise_core.queryset.bulk import BulkCreateQuery, BulkUpdateQuery
from tortoise_core.queryset.counting import ContainsQuery, CountQuery, ExistsQuery
from tortoise_core.queryset.queryset import QuerySet
from tortoise_core.queryset.raw import RawSQLQuery
from tortoise_core.queryset.single import FirstQuery, OneOrNoneQuery, OneQuery, QuerySetSingle
from tortoise_core.queryset.union import UnionCountQuery, UnionQuery
from tortoise_core.queryset.values import (
    FieldSelectQuery,
    FirstValuesQuery,
    OneValuesQuery,
    ValuesListQuery,
    ValuesQuery,
)
from tortoise_core.queryset.writes import DeleteQuery, ReturningQuery, UpdateQuery
from tortoise_core.schema.record import R as MODEL
from tortoise_core.session.blocks import router

__all__ = [
    "AwaitableQuery",
    "BulkCreateQuery",
    "BulkUpdateQuery",
    "ContainsQuery",
    "CountQuery",
    "DeleteQuery",
    "ExistsQuery",
    "FieldSelectQuery",
    "FirstQuery",
    "FirstValuesQuery",
    "MODEL",
    "OneOrNoneQuery",
    "OneQuery",
    "OneValuesQuery",
    "QUERY",
    "QuerySet",
    "QuerySetSingle",
    "RawSQLQuery",
    "ReturningQuery",
    "UnionCountQuery",
    "UnionQuery",
    "UpdateQuery",
    "ValuesListQuery",
    "ValuesQuery",
    "router",
]
