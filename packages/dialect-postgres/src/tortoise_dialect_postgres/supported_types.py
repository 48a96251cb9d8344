"""What queries may ask of PostgreSQL's own types."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.plugins.manager import hookimpl
from tortoise_core.plugins.types import TypeSupport
from tortoise_core.schema.fitting import EQUALITY, ORDER
from tortoise_dialect_postgres.arrays.lookups import ARRAYS
from tortoise_dialect_postgres.fields.hstore import HSTORE
from tortoise_dialect_postgres.fields.network import MAC_ADDRESSES, NETWORKS
from tortoise_dialect_postgres.ranges import lookups as range_lookups
from tortoise_dialect_postgres.search.lookups import VECTORS
from tortoise_dialect_postgres.sql_types import IntervalType, MultirangeType, RangeType

#: the server compares several multiranges as an array of ranges, which drivers cannot tell apart from one of them
_ONE_BY_ONE = tuple([name for name in EQUALITY if name not in ("in", "not_in")])

SUPPORT = (
    TypeSupport(RangeType, {}, range_lookups.LOOKUPS, EQUALITY + ORDER, range_lookups.range_part),
    TypeSupport(MultirangeType, {}, range_lookups.LOOKUPS, _ONE_BY_ONE + ORDER, range_lookups.range_part),
    ARRAYS,
    VECTORS,
    HSTORE,
    NETWORKS,
    MAC_ADDRESSES,
    TypeSupport(IntervalType, {}, {}, EQUALITY + ORDER),
)


@hookimpl
def tortoise_register_types() -> Iterable[TypeSupport]:
    """The types of this dialect; their names and converters are in its own map."""
    return SUPPORT
