"""Mistakes in arrays and full text search of PostgreSQL."""

from __future__ import annotations

from source_mutant import SourceMutant

_ARRAYS = "dialects/postgres/test_postgres_arrays.py::"
_SEARCH = "dialects/postgres/test_postgres_search.py::"

CONTRIB_MUTANTS: dict[str, SourceMutant] = {
    # arrays
    "array-not-copied": SourceMutant(
        "tortoise_dialect_postgres.arrays.field",
        "return [_copied(value) if type(value) is list else value for value in values]",
        "return values",
        (f"{_ARRAYS}test_changes_in_place_are_saved",),
    ),
    "inner-array-not-copied": SourceMutant(
        "tortoise_dialect_postgres.arrays.field",
        "return [_copied(value) if type(value) is list else value for value in values]",
        "return list(values)",
        (f"{_ARRAYS}test_changes_in_place_are_saved",),
    ),
    "text-is-a-list": SourceMutant(
        "tortoise_dialect_postgres.arrays.field",
        "_NO_LISTS = (str, bytes,",
        "_NO_LISTS = (bytes,",
        (f"{_ARRAYS}test_what_cannot_be_stored",),
    ),
    "items-unchecked-above": SourceMutant(
        "tortoise_dialect_postgres.arrays.elements",
        "field.minimum <= min(values) and max(values) <= field.maximum",
        "field.minimum <= min(values)",
        (f"{_ARRAYS}test_what_cannot_be_stored",),
    ),
    "items-unvalidated": SourceMutant(
        "tortoise_dialect_postgres.arrays.field",
        "self.innermost().run_validators(value)",
        "pass",
        (f"{_ARRAYS}test_items_are_checked_by_their_field",),
    ),
    "documents-are-lists": SourceMutant(
        "tortoise_dialect_postgres.arrays.field",
        "self.flat = isinstance(self.element.field, JSONField)",
        "self.flat = False",
        (f"{_ARRAYS}test_every_type_of_item",),
    ),
    "items-from-one": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        "[{node.index + 1}]",
        "[{node.index}]",
        (f"{_ARRAYS}test_conditions",),
    ),
    "slices-too-long": SourceMutant(
        "tortoise_dialect_postgres.compiler",
        "[{node.start + 1}:{node.stop}]",
        "[{node.start + 1}:{node.stop + 1}]",
        (f"{_ARRAYS}test_conditions",),
    ),
    "empty-arrays-have-no-length": SourceMutant(
        "tortoise_dialect_postgres.arrays.lookups",
        '(length, ex.Function("CARDINALITY", (array,), number))',
        "(length, length)",
        (f"{_ARRAYS}test_conditions",),
    ),
    "any-is-all": SourceMutant(
        "tortoise_dialect_postgres.arrays.lookups",
        'membership("ANY")',
        'membership("ALL")',
        (f"{_ARRAYS}test_conditions",),
    ),
    "items-cut-to-the-column": SourceMutant(
        "tortoise_dialect_postgres.types",
        "types.Array(_unbounded_item(sql_type.item), sql_type.dimensions)",
        "sql_type",
        (f"{_ARRAYS}test_conditions",),
    ),
    "quotes-in-items": SourceMutant(
        "tortoise_dialect_postgres.literals",
        """.replace('"', '\\\\"')""",
        "",
        (f"{_ARRAYS}test_every_type_of_item[postgres+asyncpg-text]",),
    ),
    "items-in-utc": SourceMutant(
        "tortoise_core.schema.converters",
        "decode = _stored_decoder(sql_type.item, backend)",
        "decode = backend.converters(sql_type.item)[1]",
        (f"{_ARRAYS}test_moments_are_read_in_the_configured_zone",),
    ),
    # search
    "vectors-made-twice": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "text if isinstance(node.expression.type, TSVector) else",
        "text if False else",
        (f"{_SEARCH}test_searches",),
    ),
    "queries-made-twice": SourceMutant(
        "tortoise_dialect_postgres.lookup_compiler",
        "query if isinstance(node.query.type, TSQuery) else",
        "query if False else",
        (f"{_SEARCH}test_searches",),
    ),
    "lexemes-unquoted": SourceMutant(
        "tortoise_dialect_postgres.search.lexemes",
        """.replace("'", "''")""",
        "",
        (f"{_SEARCH}test_searches",),
    ),
    "lexemes-end-in-a-backslash": SourceMutant(
        "tortoise_dialect_postgres.search.lexemes",
        """.replace("\\\\", "\\\\\\\\")""",
        "",
        (f"{_SEARCH}test_searches",),
    ),
    "inversion-forgets-the-type": SourceMutant(
        "tortoise_dialect_postgres.search.queries",
        "SearchQuery(self.value, self.config, self._search_type, not self.invert)",
        "SearchQuery(self.value, self.config, 'plain', not self.invert)",
        (f"{_SEARCH}test_searches",),
    ),
    "not-both-is-neither": SourceMutant(
        "tortoise_dialect_postgres.search.queries",
        '{" || ": " && ", " && ": " || "}[self.operator]',
        "self.operator",
        (f"{_SEARCH}test_searches",),
    ),
    "options-unquoted": SourceMutant(
        "tortoise_dialect_postgres.search.queries",
        """value.replace('"', '""')""",
        "value",
        (f"{_SEARCH}test_headlines",),
    ),
    "cover-density-ignored": SourceMutant(
        "tortoise_dialect_postgres.search.queries",
        '"TS_RANK_CD" if self.cover_density else',
        '"TS_RANK" if self.cover_density else',
        (f"{_SEARCH}test_ranks",),
    ),
    "nothing-found-without-a-body": SourceMutant(
        "tortoise_dialect_postgres.search.field",
        "vector_of([known],",
        "vector_of([text],",
        (f"{_SEARCH}test_vectors_are_made_by_the_database",),
    ),
    "inverted-and-plain-share-a-shape": SourceMutant(
        "tortoise_dialect_postgres.search.queries",
        '("SearchQuery", self.function, bool(invert), self._parts.shape)',
        '("SearchQuery", self.function, self._parts.shape)',
        (f"{_SEARCH}test_shapes_tell_queries_apart",),
    ),
}
