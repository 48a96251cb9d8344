"""What a database says of its tables, as plain values: the same reading for databases made by whoever."""

from __future__ import annotations

import json
from typing import Any

SQLITE_COLUMNS = """
    SELECT m.name AS "table", c.name AS name, c.type AS type, c."notnull" AS "notnull", c.pk AS pk
    FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
"""
SQLITE_KEYS = """
    SELECT m.name AS "table", k."from" AS "from", k."table" AS target, k."to" AS "to", k.on_delete AS on_delete
    FROM sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
"""
SQLITE_INDEXES = """
    SELECT m.name AS "table", i.name AS name, i."unique" AS "unique", i.origin AS origin, i.partial AS partial,
           (SELECT group_concat(coalesce(x.name, '(expression)'), ', ') FROM pragma_index_info(i.name) x) AS columns
    FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table'
"""
POSTGRES_COLUMNS = """
    SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
           a.attnotnull AS "notnull", pg_get_expr(d.adbin, d.adrelid) AS "default",
           col_description(c.oid, a.attnum) AS comment
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0
"""
POSTGRES_TABLES = """
    SELECT c.relname AS "table", obj_description(c.oid) AS comment FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
"""
POSTGRES_CONSTRAINTS = """
    SELECT c.relname AS "table", k.contype::text AS kind, pg_get_constraintdef(k.oid) AS text
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public'
"""
POSTGRES_INDEXES = """
    SELECT i.indexname AS name, i.indexdef AS text FROM pg_indexes i
    WHERE i.schemaname = 'public' AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = i.indexname)
"""
QUERIES = {
    "sqlite": {"columns": SQLITE_COLUMNS, "keys": SQLITE_KEYS, "indexes": SQLITE_INDEXES},
    "postgres": {
        "tables": POSTGRES_TABLES,
        "columns": POSTGRES_COLUMNS,
        "constraints": POSTGRES_CONSTRAINTS,
        "indexes": POSTGRES_INDEXES,
    },
}


async def catalog_of(connection: Any, dialect: str) -> dict[str, list[dict[str, Any]]]:
    """The tables of a database in an order of their own: kind of thing -> its rows."""
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, query in QUERIES[dialect].items():
        rows = [_plain(dict(row)) for row in await connection.execute_query_dict(query)]
        found[kind] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
    return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """What the server itself names is left out: SQLite numbers the indexes of its constraints."""
    return {k: v for k, v in row.items() if not (k == "name" and str(v).startswith("sqlite_autoindex_"))}


def descriptions_of(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Descriptions of models, the fields of each by name: 1.1.9 has those of foreign keys last.

    The types of other dialects, which 1.1.9 lists for each field, are left out.
    """
    for model in found.values():
        for key, fields in model.items():
            if key.endswith("_fields"):
                model[key] = {field["name"]: field for field in fields}
                for field in fields:
                    field.pop("db_field_types", None)
        model["pk_field"].pop("db_field_types")
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain
