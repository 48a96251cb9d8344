"""What a server of a certain version can do: one object that the compiler and the tests both ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from tortoise_core.dialect.capability_names import FormerNames


@dataclass(frozen=True)
class Capabilities(FormerNames):
    """Answers for one dialect at one server version. Each default is what the SQL standard gives."""

    #: name of the dialect, for messages and keys
    dialect: str
    #: the server's version, most significant part first
    version: tuple[int, ...]
    #: INSERT gives back the values the server made. Default True
    returning: bool = True
    #: UPDATE gives back the rows as they are now, which the standard knows nothing of. Default False
    update_returning: bool = False
    #: DELETE gives back the rows as they were. Default False
    delete_returning: bool = False
    #: an insert can pass over rows that conflict with a unique constraint. Default False
    ignore_conflicts: bool = False
    #: an insert can update the row that is in the way instead. Default False
    update_conflicts: bool = False
    #: a conflict may be with a partial index, and an update on conflict may have a condition. Default False
    conflict_conditions: bool = False
    #: the constraint of a conflict can be named. Default False
    conflict_constraints: bool = False
    #: an UPDATE can take values from rows that are written out. Default False
    update_from_values: bool = False
    #: one parameter may carry a whole list. Default False
    array_bind: bool = False
    #: longest list that is written out as placeholders; longer ones need `array_bind`. Default 0: none is
    list_placeholders: int = 0
    #: IN compares rows with a list of rows. Default True; otherwise it is written as OR of ANDs
    row_values: bool = True
    #: functions take OVER (PARTITION BY ... ORDER BY ...). Default True
    window_functions: bool = True
    #: sums and means of decimals over a window are exact. Default True
    decimal_windows: bool = True
    #: aggregates take FILTER (WHERE ...). Default True
    aggregate_filter: bool = True
    #: aggregates take ORDER BY behind their arguments. Default True
    aggregate_order: bool = True
    #: aggregates of an order, such as percentiles, by WITHIN GROUP (ORDER BY ...). Default True
    ordered_set_aggregates: bool = True
    #: grouping by the primary key frees the other columns of its table. Default True
    group_by_primary_key: bool = True
    #: a foreign key can be added to a table that stands. Default True; otherwise it is part of CREATE TABLE
    add_foreign_key: bool = True
    #: tables may live in named schemas. Default True
    schemas: bool = True
    #: comments on tables and columns are kept by the server. Default True
    comments: bool = True
    #: CREATE INDEX and CREATE TABLE take IF NOT EXISTS. Default True
    if_not_exists: bool = True
    #: an index may leave rows out by a condition, which the standard knows nothing of. Default False
    partial_indexes: bool = False
    #: an index may be over expressions. Default False
    expression_indexes: bool = False
    #: a column may be computed from others and kept in the table. Default False
    stored_columns: bool = False
    #: a column may be computed from others when it is read. Default False
    virtual_columns: bool = False
    #: columns and expressions may name the order of their text. Default True
    collations: bool = True
    #: enumerations are types with a name of their own, made before the tables. Default False
    enum_types: bool = False
    #: indexes may keep columns beside their keys. Default False
    index_include: bool = False
    #: the keys of an index may name the class of their operators. Default False
    index_opclasses: bool = False
    #: NULL may be a value like others where rows are to be unique. Default False
    nulls_not_distinct: bool = False
    #: an index may be built while others write. Default False
    concurrent_indexes: bool = False
    #: a foreign key may be checked at the end of the transaction. Default True
    deferrable_keys: bool = True
    #: uniqueness may be checked at the end of the transaction. Default True
    deferrable_uniques: bool = True
    #: most bytes of an identifier in UTF-8; longer ones end in a hash. Default None: no limit that matters
    max_identifier: Optional[int] = None
    #: DDL can be rolled back. Default True
    transactional_ddl: bool = True
    #: NULLs come first when ordering ascending without saying more. Default False
    nulls_first: bool = False
    #: ORDER BY takes NULLS FIRST and NULLS LAST. Default True; otherwise a CASE goes before
    nulls_ordering: bool = True
    #: a SELECT that is joined may name the tables before it: JOIN LATERAL. Default False
    lateral_joins: bool = False
    #: SELECT takes DISTINCT ON (...). Default False; otherwise rows are numbered
    distinct_on: bool = False
    #: rows of SELECT DISTINCT can be ordered by what is selected alone. Default True
    distinct_order_selected: bool = True
    #: NaN can be stored in float columns. Default True
    float_nan: bool = True
    #: text may contain NUL characters. Default True
    nul_in_text: bool = True
    #: parts of JSON documents can be read, compared and looked for. Default False
    json_paths: bool = False
    #: documents are searched by the language of SQL/JSON paths. Default False
    json_path_language: bool = False
    #: text can be matched with POSIX regular expressions. Default False
    posix_regex: bool = False
    #: text can be searched for words. Default False
    full_text_search: bool = False
    #: SELECT takes FOR UPDATE. Default False: a server that locks more than rows is asked for no such thing
    row_locks: bool = False
    #: locks tell keys from the rest: FOR NO KEY UPDATE, FOR KEY SHARE. Default False
    no_key_locks: bool = False
    #: SELECT takes FOR SHARE, which several may hold at a time. Default False
    share_locks: bool = False
    #: what transactions may be asked to see of others, by the names of `IsolationLevel`. Default: all of the standard's
    isolation_levels: tuple[str, ...] = ("read uncommitted", "read committed", "repeatable read", "serializable")
    #: a transaction may be declared to write nothing. Default True
    read_only_transactions: bool = True
    #: a serializable transaction that only reads may wait for a moment at which nothing can fail it. Default False
    deferrable_transactions: bool = False
    #: indexes to use can be named. Default False
    index_hints: bool = False
    #: several sessions can see the same database. Default True
    concurrent_sessions: bool = True
    #: most parameters that one statement takes; None: no limit that matters
    max_params: Optional[int] = None
    #: a server answers, not a library in this process. Default True
    server: bool = True
