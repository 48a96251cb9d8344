"""Programs that give something else here than with tortoise-orm 1.1.9, each with the reason.

A number is a line of the list of known defects of 1.1.9 that this project promises to do right.
"""

from __future__ import annotations

_TOLD = "1.1.9 takes it without a word; here the mistake is told"
_RAW_ERROR = "1.1.9 lets Python's own error through; here it is a Tortoise error that names what is wrong"
_ASKS = "ValidationError, as on every database; 1.1.9 asks the server"
_TWICE = "1.1.9 makes a vector of what is one already, which the server refuses"
_SYNTAX = "1.1.9 writes SQL that SQLite does not know"

#: on every database
DIFFERENCES: dict[str, str] = {
    "aggregates.groups_counted": "29: 1.1.9 counts the rows, not the groups",
    "aggregates.average": "1.1.9 cuts the average of whole numbers to a whole number",
    "aggregates.annotation_that_is_no_expression": _RAW_ERROR,
    "columns.decimals": "1.1.9 pads the attribute of a new instance to its decimal places; here it is as it was given "
    "until it is read again, and rounded when it is stored",
    "columns.document_from_text": "14: text is a JSON string here; 1.1.9 reads it as a document, so that it cannot "
    'keep the text "null"',
    "columns.unknown_enum": _RAW_ERROR,
    "expressions.subtracted_and_multiplied": "11b: 1.1.9 has no arithmetic on arithmetic",
    "expressions.nested_arithmetic": "11b: 1.1.9 has no arithmetic on arithmetic",
    "expressions.count_of_case": "1.1.9 does not follow relations inside When",
    "instances.equality": "two instances without a key are two, and equal to 1.1.9 all the same",
    "instances.cloned_with_key": "1.1.9 loses a key that is given and lets the database make one",
    "instances.made_from_pk": "1.1.9 loses a key that is given and lets the database make one",
    "instances.key_set": "1.1.9 loses a key that is given and lets the database make one",
    "instances.updated_from_dict_unknown": _TOLD,
    "instances.bulk_update_of_key": _TOLD,
    "lookups.not_none": "9: 1.1.9 finds exactly the wrong rows",
    "lookups.nul_character": "4: NUL in a pattern matches every row of 1.1.9 on SQLite",
    "lookups.relation_none": "isnull on the name of a relation, which 1.1.9 has only on x_id",
    "mistakes.positional_condition": _RAW_ERROR,
    "mistakes.update_of_key": "no constraint of the database is hurt, so it is a FieldError",
    "mistakes.in_without_list": _RAW_ERROR,
    "queries.deleted_with_limit": "1.1.9 ignores limits of a delete and deletes everything",
    "queries.values_list_flat_of_two": _RAW_ERROR,
    "relations.prefetched_limited": "29: limits of a Prefetch count for each parent",
}
#: on one of them: dialect -> program -> reason
SPECIFIC: dict[str, dict[str, str]] = {
    "sqlite": {
        "columns.too_small_a_column": "15: 1.1.9 stores what does not fit the column",
        "expressions.concatenated": _SYNTAX,
        "lookups.case_of_contains": "13: 1.1.9 ignores case",
        "lookups.parts_of_dates": _SYNTAX,
        "lookups.parts_of_moments": _SYNTAX,
        "lookups.quarter_and_week": _SYNTAX,
        "lookups.document_parts": "31: 1.1.9 has no conditions on documents on SQLite",
        "lookups.document_contains": "31: 1.1.9 has no conditions on documents on SQLite",
        "queries.deleted": "12: 1.1.9 counts rows that went by cascade",
    },
    "postgres": {
        "columns.too_small_a_column": _ASKS,
        "expressions.case_of_numbers": "11b: 1.1.9 binds the numbers of a Case as text",
        "postgres.array_len_of_empty": "an empty array has no items; 1.1.9 finds it by no length",
        "postgres.array_of_no_list": _RAW_ERROR,
        "postgres.array_of_text_as_list": "text is no list of items; 1.1.9 stores its letters",
        "postgres.array_of_wrong_items": _ASKS,
        "postgres.arrays_of_too_long_text": _ASKS,
        "postgres.search_annotated_vector": _TWICE,
        "postgres.search_in_expression": "1.1.9 has no search for the text of another column",
        "postgres.search_rank_of_vector_by_name": _TWICE,
        "postgres.search_weighed_vectors": "1.1.9 hands weights over as text, which asyncpg refuses",
        "postgres.vector_updated": "no constraint of the database is hurt, so it is a FieldError",
    },
}

#: what 1.1.9 writes of a table, where we write something else -> why
TABLE_DIFFERENCES: dict[str, str] = {
    "CURRENT_TIMESTAMP": "on SQLite it has whole seconds and no offset, unlike the moments that are stored beside it",
    "JSON": "SQLite would make a number of a document that is one: the column is declared JSON TEXT",
}
