"""The tables of a database as its catalogue tells them, without what a name or a spelling alone would make differ."""

from __future__ import annotations

from typing import Any

from tortoise import Tortoise

POSTGRES = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, numeric_precision, numeric_scale,"
    " is_nullable, column_default, is_identity, udt_name, generation_expression"
    " FROM information_schema.columns WHERE table_schema = 'public'"
    " ORDER BY table_name, column_name",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN"
    " (SELECT conname FROM pg_constraint) ORDER BY 1, 2",
    # without the names that 1.1.9 leaves to the server
    "keys": "SELECT conrelid::regclass::text AS t, contype::text, pg_get_constraintdef(oid) AS def"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2, 3",
}


async def tables() -> dict[str, Any]:
    connection = Tortoise.get_connection("default")
    if connection.capabilities.dialect != "sqlite":
        return {name: [[*row.values()] for row in await _rows(sql)] for name, sql in POSTGRES.items()}
    names = await _rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name")
    return {row["name"]: await _sqlite_table(row["name"]) for row in names}


async def _sqlite_table(name: str) -> dict[str, Any]:
    columns = await _rows(f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}') ORDER BY 1")
    indexes = await _rows(f"SELECT name, \"unique\", origin, partial FROM pragma_index_list('{name}') ORDER BY 1")
    inside = {}
    for index in indexes:
        over = await _rows(f"SELECT name FROM pragma_index_info('{index['name']}') ORDER BY seqno")
        inside[index["name"]] = [*index.values(), [row["name"] for row in over]]
    keys = await _rows(
        f'SELECT "table", "from", "to", on_delete FROM pragma_foreign_key_list(\'{name}\') ORDER BY "from"'
    )
    return {
        "columns": [[*row.values()] for row in columns],
        "indexes": inside,
        "keys": [[*row.values()] for row in keys],
    }


async def _rows(sql: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await Tortoise.get_connection("default").execute_query_dict(sql)]
