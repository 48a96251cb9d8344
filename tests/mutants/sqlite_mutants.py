"""Mistakes in the dialect of SQLite."""

from __future__ import annotations

from source_mutant import SourceMutant

SQLITE_MUTANTS: dict[str, SourceMutant] = {
    # tortoise_dialect_sqlite.dates
    "weeks-from-monday": SourceMutant(
        "tortoise_dialect_sqlite.dates",
        "moment.isocalendar()[1]",
        'int(moment.strftime("%W"))',
        ("TestLookupMatrix::test_every_lookup_that_fits[moment]",),
    ),
    "quarters-shifted": SourceMutant(
        "tortoise_dialect_sqlite.dates",
        "(moment.month + 2) // 3",
        "(moment.month + 3) // 3",
        ("TestLookupMatrix::test_every_lookup_that_fits[moment]",),
    ),
    # tortoise_dialect_sqlite.documents
    "true-is-one": SourceMutant(
        "tortoise_dialect_sqlite.documents",
        "_kind(whole) == _kind(part) and bool(whole == part)",
        "bool(whole == part)",
        ("TestDocuments::test_containment",),
    ),
    "no-places-from-the-end": SourceMutant(
        "tortoise_dialect_sqlite.documents",
        "-len(document) <= int(key)",
        "0 <= int(key)",
        ("TestDocuments::test_places_from_the_end",),
    ),
    "order-of-two-types": SourceMutant(
        "tortoise_dialect_sqlite.documents",
        "if _kind(a) != _kind(b):\n        return False",
        "if _kind(a) != _kind(b):\n        return True",
        ("TestDocuments::test_values_of_every_type[gt]",),
    ),
    # tortoise_dialect_sqlite.clients.in_loop
    "no-patience": SourceMutant(
        "tortoise_dialect_sqlite.clients.in_loop",
        "if not is_busy(error) or monotonic() + pause > end:",
        "if True:",
        ("dialects/sqlite/test_sqlite_in_loop.py::test_transactions_of_many_tasks",),
    ),
    "savepoint-kept-in-loop": SourceMutant(
        "tortoise_dialect_sqlite.clients.in_loop",
        "self._run(f'ROLLBACK TO \"{name}\"')\n        ",
        "",
        ("dialects/sqlite/test_sqlite_in_loop.py::test_sessions",),
    ),
    # tortoise_dialect_sqlite.compiler
    "decimals-by-text": SourceMutant(
        "tortoise_dialect_sqlite.compiler",
        "return self.collated(node) if is_decimal(node) else super().comparand(node)",
        "return super().comparand(node)",
        ("TestLookups::test_range[price]",),
    ),
}
