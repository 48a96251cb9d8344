"""What SQLite can do, by version of the library."""

from __future__ import annotations

from tortoise_core.dialect.capabilities import Capabilities

#: assumed where no library is asked
NEWEST: tuple[int, ...] = (3, 50)
#: up to here a list costs less as placeholders than as one JSON array (measured: at 3 items by half)
LIST_PLACEHOLDERS = 32


def capabilities(version: tuple[int, ...]) -> Capabilities:
    """The capabilities of a library of `version`; the numbers are those of SQLite's release log."""
    return Capabilities(
        dialect="sqlite",
        server=False,
        version=version,
        returning=version >= (3, 35),
        update_returning=version >= (3, 35),
        delete_returning=version >= (3, 35),
        ignore_conflicts=version >= (3, 24),
        update_conflicts=version >= (3, 24),
        conflict_conditions=version >= (3, 24),
        update_from_values=version >= (3, 33),
        array_bind=True,
        list_placeholders=LIST_PLACEHOLDERS,
        row_values=version >= (3, 15),
        window_functions=version >= (3, 25),
        decimal_windows=False,
        aggregate_filter=version >= (3, 30),
        # one writes at a time, and readers see what was there when they began (sqlite.org/isolation.html)
        isolation_levels=("serializable",),
        read_only_transactions=False,
        ordered_set_aggregates=False,
        add_foreign_key=False,
        schemas=False,
        comments=False,
        partial_indexes=True,
        expression_indexes=True,
        deferrable_uniques=False,
        stored_columns=version >= (3, 31),
        virtual_columns=version >= (3, 31),
        nulls_first=True,
        nulls_ordering=version >= (3, 30),
        distinct_order_selected=False,
        float_nan=False,
        json_paths=True,
        posix_regex=True,
        max_params=32766 if version >= (3, 32) else 999,
    )
