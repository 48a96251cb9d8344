"""What PostgreSQL can do, by version."""

from __future__ import annotations

from tortoise_core.dialect.capabilities import Capabilities

#: assumed where no server is asked
NEWEST: tuple[int, ...] = (18,)
#: the protocol counts the parameters of a statement in 16 bits, which client libraries read as signed
MAX_PARAMS = 32767


def capabilities(version: tuple[int, ...]) -> Capabilities:
    """The capabilities of a server of `version`; the same for all versions that are still maintained."""
    return Capabilities(
        dialect="postgres",
        version=version,
        ignore_conflicts=True,
        update_conflicts=True,
        conflict_conditions=True,
        conflict_constraints=True,
        update_returning=True,
        delete_returning=True,
        update_from_values=True,
        array_bind=True,
        row_locks=True,
        no_key_locks=True,
        share_locks=True,
        lateral_joins=True,
        distinct_on=True,
        deferrable_transactions=True,
        partial_indexes=True,
        expression_indexes=True,
        enum_types=True,
        index_include=version >= (11,),
        index_opclasses=True,
        nulls_not_distinct=version >= (15,),
        concurrent_indexes=True,
        stored_columns=version >= (12,),
        virtual_columns=version >= (18,),
        max_identifier=63,
        nul_in_text=False,
        json_paths=True,
        json_path_language=version >= (12,),
        posix_regex=True,
        full_text_search=True,
        max_params=MAX_PARAMS,
    )
