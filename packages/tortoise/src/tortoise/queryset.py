"""The classes of queries."""

from tortoise_core.queryset.awaitable import AwaitableQuery
from tortoise_core.queryset.bulk import BulkCreateQuery, BulkUpdateQuery
from tortoise_core.queryset.counting import CountQuery, ExistsQuery
from tortoise_core.queryset.queryset import FirstQuery, OneOrNoneQuery, OneQuery, QuerySet
from tortoise_core.queryset.values import FieldSelectQuery, FirstValuesQuery, OneValuesQuery, ValuesQuery
from tortoise_core.queryset.writes import DeleteQuery, UpdateQuery

__all__ = [
    "AwaitableQuery",
    "BulkCreateQuery",
    "BulkUpdateQuery",
    "CountQuery",
    "DeleteQuery",
    "ExistsQuery",
    "FieldSelectQuery",
    "FirstQuery",
    "FirstValuesQuery",
    "OneOrNoneQuery",
    "OneQuery",
    "OneValuesQuery",
    "QuerySet",
    "UpdateQuery",
    "ValuesQuery",
]
