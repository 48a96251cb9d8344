"""The steps a query is recorded in: one class per method of the chain, one module per clause.

Each has a `shape`, `values`, and `declare`, which tells a build what was asked; `start` is the position of
the step's first value among those of the query.
"""

from tortoise_core.query.steps.annotate import Annotate
from tortoise_core.query.steps.assign import Assign
from tortoise_core.query.steps.base import Step
from tortoise_core.query.steps.distinct import Distinct
from tortoise_core.query.steps.filter import Filter
from tortoise_core.query.steps.group_by import GroupBy
from tortoise_core.query.steps.index_hint import IndexHint
from tortoise_core.query.steps.linked import Linked
from tortoise_core.query.steps.lock import Lock
from tortoise_core.query.steps.only import Only
from tortoise_core.query.steps.order_by import OrderBy
from tortoise_core.query.steps.select_related import SelectRelated
from tortoise_core.query.steps.slice import Limit, Offset

__all__ = [
    "Annotate",
    "Assign",
    "Distinct",
    "Filter",
    "GroupBy",
    "IndexHint",
    "Limit",
    "Linked",
    "Lock",
    "Offset",
    "Only",
    "OrderBy",
    "SelectRelated",
    "Step",
]
