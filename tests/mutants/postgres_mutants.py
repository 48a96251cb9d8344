"""Mistakes in the dialect of PostgreSQL, and what of the engine it alone can show."""

from __future__ import annotations

from source_mutant import SourceMutant

POSTGRES_MUTANTS: dict[str, SourceMutant] = {
    # tortoise_dialect_postgres.compiler
    "cast-to-bounded": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        "CAST({text} AS {self.type_name(unbounded(sql_type))})",
        "CAST({text} AS {self.type_name(sql_type)})",
        ("dialects/postgres/test_postgres_dialect.py::test_numbers_beyond_a_column_find_nothing_and_raise_nothing",),
    ),
    "arrays-bounded": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        "{array}::{self.type_name(unbounded(items.type))}[]",
        "{array}::{self.type_name(items.type)}[]",
        ("dialects/postgres/test_postgres_dialect.py::test_numbers_beyond_a_column_find_nothing_and_raise_nothing",),
    ),
    "means-are-numeric": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        'node.name not in ("SUM", "AVG")',
        'node.name not in ("SUM",)',
        ("TestAggregates::test_total_by_group_of_all[mean]",),
    ),
    "no-extremes-of-bytes": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        "isinstance(node.arg.type, (Uuid, Binary))",
        "isinstance(node.arg.type, Uuid)",
        ("TestAggregates::test_least_and_greatest_of_every_type_in_order[Binary]",),
    ),
    "extremes-of-truth-swapped": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        '"MIN": "BOOL_AND", "MAX": "BOOL_OR"',
        '"MIN": "BOOL_OR", "MAX": "BOOL_AND"',
        ("TestAggregates::test_least_and_greatest_of_every_type_in_order[Boolean]",),
    ),
    "no-modulo-of-floats": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        'node.operator == "%" and any',
        'node.operator == "//" and any',
        ("dialects/postgres/test_postgres_dialect.py::test_modulo_of_floats",),
    ),
    # tortoise_dialect_postgres.lookup_compiler
    "microseconds-with-seconds": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        " % 1000000",
        "",
        ("TestLookupMatrix::test_every_lookup_that_fits[moment]",),
    ),
    "seconds-rounded": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "CAST(FLOOR(EXTRACT({node.part.upper()} FROM {text})) AS BIGINT)",
        "CAST(EXTRACT({node.part.upper()} FROM {text}) AS BIGINT)",
        ("TestLookupMatrix::test_every_lookup_that_fits[moment]",),
    ),
    "parts-in-utc": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        'self.in_zone(moment, zone or "UTC")',
        'self.in_zone(moment, "UTC")',
        ("TestDocuments::test_parts_of_moments_in_the_configured_zone[Asia/Kolkata]",),
    ),
    "text-of-moments-in-zone-of-session": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "self.in_zone(node.expression, 'UTC')",
        "self.write(node.expression)",
        ("dialects/postgres/test_postgres_dialect.py::test_text_of_moments_is_that_of_utc_whatever_the_session_says",),
    ),
    "microseconds-bare": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        'f"({text})" if isinstance',
        "text if isinstance",
        ("TestExpressions::test_parts_of_moments_in_arithmetic",),
    ),
    "contained-by": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "@> {self.write(node.inner)}",
        "<@ {self.write(node.inner)}",
        ("TestDocuments::test_containment",),
    ),
    "order-of-two-types-of-documents": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "({kinds} AND {self.write(node.left)}",
        "({self.write(node.left)}",
        ("TestDocuments::test_values_of_every_type[gt]",),
    ),
    "regex-regards-case": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "'~*' if node.fold else '~'",
        "'~'",
        ("TestLookupMatrix::test_every_lookup_that_fits[name]",),
    ),
    "search-by-operators": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "PLAINTO_TSQUERY",
        "TO_TSQUERY",
        ("TestLookupMatrix::test_every_lookup_that_fits[name]",),
    ),
    # tortoise_dialect_postgres.literals
    "backslashes-escape": SourceMutant(
        "tortoise_dialect_postgres.literals",
        'return f"E{escaped}" if "\\\\" in text else escaped',
        "return escaped",
        ("TestPresets::test_what_is_left_out_comes_back[text]",),
    ),
    "bytes-without-x": SourceMutant(
        "tortoise_dialect_postgres.literals",
        "'\\\\x{value.hex()}'::bytea",
        "'{value.hex()}'::bytea",
        ("TestPresets::test_what_is_left_out_comes_back[raw]",),
    ),
    # tortoise_dialect_postgres.ddl
    "keys-of-32-bits": SourceMutant(
        "tortoise_dialect_postgres.ddl",
        '64: "BIGSERIAL"',
        '64: "SERIAL"',
        ("dialects/postgres/test_postgres_dialect.py::test_generated_keys",),
    ),
    "foreign-keys-unguarded": SourceMutant(
        "tortoise_dialect_postgres.ddl",
        "would leave a gap for others\n        return [guarded(sql) for sql in statements] if node.if_not_exists else",
        "would leave a gap for others\n        return",
        ("TestSchema::test_cyclic_keys",),
    ),
    "quote-that-ends-early": SourceMutant(
        "tortoise_dialect_postgres.ddl",
        "while tag in text:",
        "while False:",
        ("dialects/postgres/test_postgres_dialect.py::test_making_a_schema_twice",),
    ),
    "indexes-of-one-kind": SourceMutant(
        "tortoise_dialect_postgres.ddl",
        'f"{table} USING {node.kind}"',
        "table",
        ("dialects/postgres/test_postgres_indexes.py::test_kinds_of_indexes",),
    ),
    # tortoise_dialect_postgres.types
    "times-without-offset": SourceMutant(
        "tortoise_dialect_postgres.types",
        'types.Time: named("TIMETZ")',
        'types.Time: named("TIME")',
        ("TestFields::test_round_trip[Time-0]",),
    ),
    "documents-as-text": SourceMutant(
        "tortoise_dialect_postgres.types",
        'named("JSONB")',
        'named("JSON")',
        ("TestDocuments::test_values_of_every_type[exact]",),
    ),
    "offset-of-times-lost": SourceMutant(
        "tortoise_dialect_postgres.types",
        "value if value.utcoffset() else value.replace(tzinfo=None)",
        "value.replace(tzinfo=None)",
        ("dialects/postgres/test_postgres_dialect.py::test_times_without_zones_keep_an_offset_that_is_there",),
    ),
    "lists-of-small-numbers": SourceMutant(
        "tortoise_dialect_postgres.types",
        "return types.Integer(64)",
        "return sql_type",
        ("dialects/postgres/test_postgres_dialect.py::test_numbers_beyond_a_column_find_nothing_and_raise_nothing",),
    ),
    "decimals-cut": SourceMutant(
        "tortoise_dialect_postgres.types",
        "return types.Numeric() if",
        "return sql_type if",
        ("dialects/postgres/test_postgres_dialect.py::test_decimals_finer_than_a_column_are_not_rounded",),
    ),
    # tortoise_dialect_postgres.errors
    "deadlock-not-told": SourceMutant(
        "tortoise_dialect_postgres.errors",
        "ErrorKind.DEADLOCK",
        "ErrorKind.SERIALIZATION",
        ("dialects/postgres/test_postgres_errors.py::test_deadlock",),
    ),
    "lock-timeout-not-told": SourceMutant(
        "tortoise_dialect_postgres.errors",
        "ErrorKind.LOCK_TIMEOUT",
        "ErrorKind.STATEMENT_TIMEOUT",
        ("dialects/postgres/test_postgres_errors.py::test_locks",),
    ),
    "quoted-columns": SourceMutant(
        "tortoise_dialect_postgres.errors",
        ".strip('\"') for name",
        " for name",
        ("dialects/postgres/test_postgres_errors.py::test_statements",),
    ),
    "constraint-not-told": SourceMutant(
        "tortoise_dialect_postgres.errors",
        "error.constraint,\n",
        "None,\n",
        ("dialects/postgres/test_postgres_errors.py::test_statements",),
    ),
    "integrity-not-told": SourceMutant(
        "tortoise_dialect_postgres.errors",
        '"23505": ErrorKind.UNIQUE',
        '"23505": ErrorKind.OPERATIONAL',
        ("TestErrors::test_integrity_errors_have_information",),
    ),
    "code-of-client": SourceMutant(
        "tortoise_dialect_postgres.errors",
        "error.sqlstate if error.told else None",
        "error.sqlstate",
        ("dialects/postgres/test_postgres_errors.py::test_only_a_server_tells_a_code",),
    ),
    # tortoise_dialect_postgres.clients.asyncpg
    "failed-commit-is-fine": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        '== "ROLLBACK":',
        '== "NEVER":',
        ("dialects/postgres/test_postgres_session.py::test_a_commit_that_was_none_is_told",),
    ),
    "savepoints-pile-up": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "; RELEASE SAVEPOINT {point}",
        "",
        ("dialects/postgres/test_postgres_session.py::test_transactions_and_savepoints",),
    ),
    # tortoise_dialect_postgres.bulk
    "keys-of-others": SourceMutant(
        "tortoise_dialect_postgres.bulk",
        "keys[number] = key",
        "keys[-1 - number] = key",
        ("TestBulk::test_keys_of_what_was_stored_and_of_nothing_else",),
    ),
    "rows-left-out": SourceMutant(
        "tortoise_dialect_postgres.bulk",
        "if len(found) != len(rows):",
        "if False:",
        ("dialects/postgres/test_postgres_session.py::test_bulk_refuses_to_guess_keys",),
    ),
    # tortoise_dialect_postgres.clients.asyncpg
    "inserts-not-counted": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        '(status or "").rpartition(" ")[2]',
        '(status or "").partition(" ")[2]',
        ("dialects/postgres/test_postgres_session.py::test_statements_and_their_counts",),
    ),
    "stale-inside-transaction": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        " or self.connection.is_in_transaction():",
        ":",
        ("dialects/postgres/test_postgres_session.py::test_a_stale_statement_in_a_transaction_is_reported",),
    ),
    "stale-outside-transaction": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "(pg.InvalidCachedStatementError, pg",
        "(pg",
        ("dialects/postgres/test_postgres_session.py::test_statements_outlive_a_change_of_schema",),
    ),
    "one-statement-too-many": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "len(self._since) < self.limit",
        "len(self._since) <= self.limit",
        ("dialects/postgres/test_postgres_session.py::test_the_statement_cache_is_bounded",),
    ),
    "stream-without-end": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        'await self._connection.execute("COMMIT")',
        "pass",
        ("TestStreaming::test_what_is_written_after_a_stream_is_stored",),
    ),
    "uuids-of-asyncpg": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "Uuid: (None, plain_uuid), ",
        "",
        ("TestFields::test_round_trip[UUID-0]",),
    ),
    # tortoise_dialect_postgres.options
    "schema-unquoted": SourceMutant(
        "tortoise_dialect_postgres.options",
        "f'\"{path}\"'",
        "path",
        ("dialects/postgres/test_postgres_options.py::test_server_settings",),
    ),
    "settings-replaced": SourceMutant(
        "tortoise_dialect_postgres.options",
        "found.settings.update(settings)",
        "found.settings = settings",
        ("dialects/postgres/test_postgres_options.py::test_every_scheme_finds_the_driver",),
    ),
    "negative-timeout": SourceMutant(
        "tortoise_dialect_postgres.options",
        "if number < 0:",
        "if number < -2:",
        ("dialects/postgres/test_postgres_options.py::test_refusals",),
    ),
    # tortoise_core.query.steps.lock
    "lock-shape-without-nowait": SourceMutant(
        "tortoise_core.query.steps.lock",
        '("lock", strength, self.nowait, self.skip_locked, self.of)',
        '("lock", strength, self.skip_locked, self.of)',
        ("TestLocks::test_a_lock_is_written_where_rows_can_be_locked",),
    ),
    # tortoise_core.query.clauses.locking
    "lock-of-all-tables": SourceMutant(
        "tortoise_core.query.clauses.locking",
        "aliases = (scope.joins.root.alias,)",
        "aliases = ()",
        ("TestLocks::test_rows_are_read_as_ever",),
    ),
    # tortoise_core.session.streaming
    "stream-left-open": SourceMutant(
        "tortoise_core.session.streaming",
        "rows = await stream.fetch(size)\n        await stream.close()",
        "rows = await stream.fetch(size)",
        ("TestStreaming::test_what_is_written_after_a_stream_is_stored",),
    ),
    # tortoise_dialect_postgres.errors
    "timeouts-like-nowait": SourceMutant(
        "tortoise_dialect_postgres.errors",
        "if kind is ErrorKind.LOCK_NOT_AVAILABLE and routine == _TIMEOUT_ROUTINE:",
        "if False:",
        ("dialects/postgres/test_postgres_errors.py::test_locks",),
    ),
    # tortoise_dialect_postgres.clients.asyncpg
    "rows-of-direct-statements-uncounted": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "return row_count(status.decode())",
        "return 0",
        ("dialects/postgres/test_postgres_session.py::test_statements_are_counted_when_they_are_prepared_already",),
    ),
    "session-authorization-kept": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        'await connection.execute("RESET SESSION AUTHORIZATION; RESET ROLE")',
        "pass",
        ("dialects/postgres/test_postgres_session.py::test_heal_gives_up_roles",),
    ),
    "transaction-survives-healing": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "if connection.is_in_transaction():",
        "if False:",
        ("dialects/postgres/test_postgres_session.py::test_heal_ends_transactions_and_resets_settings",),
    ),
    "old-statements-kept": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "old = now - self.lifetime if self.lifetime else 0.0",
        "old = 0.0",
        ("dialects/postgres/test_postgres_session.py::test_old_statements_are_forgotten",),
    ),
    "long-statements-kept": SourceMutant(
        "tortoise_dialect_postgres.clients.asyncpg",
        "if self.size and len(sql) > self.size:",
        "if False:",
        ("dialects/postgres/test_postgres_session.py::test_the_statement_cache_is_bounded",),
    ),
    # tortoise_dialect_postgres.databases
    "databases-without-quotes": SourceMutant(
        "tortoise_dialect_postgres.databases",
        'f"CREATE DATABASE {quote_identifier(_named(database))}"',
        'f"CREATE DATABASE {_named(database)}"',
        ("dialects/postgres/test_postgres_dialect.py::test_names_of_databases_are_quoted",),
    ),
}
