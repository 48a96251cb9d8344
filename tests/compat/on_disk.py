"""Work on a database that the other package may have made: on_disk.py URL STEP...

Steps: `create` tables and rows, `add` more rows and change some, `read` rows and `find` them by each of their values,
`tables` reads columns, indexes and foreign keys off the database, `refused` tries what constraints forbid. The last
four print a JSON object each. Run with the interpreter of either package.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import disk_rows  # beside this file, which is run by itself
import disk_tables

from tortoise import Tortoise

Step = Callable[[], Awaitable[Any]]
STEPS: dict[str, Step] = {
    "create": disk_rows.create,
    "add": disk_rows.add,
    "read": disk_rows.read,
    "find": disk_rows.find,
    "refused": disk_rows.refused,
    "tables": disk_tables.tables,
}


async def _do(step: str, postgres: bool) -> Any:
    """What a step finds; on PostgreSQL together with what is about its own types."""
    found = await STEPS[step]()
    more = getattr(import_module("disk_postgres"), step, None) if postgres else None
    return found if more is None else {**(found or {}), **(await more() or {})}


async def main(url: str, steps: list[str]) -> None:
    postgres = not url.startswith("sqlite")
    models = ["disk_models", *(["disk_postgres_models"] if postgres else [])]
    await Tortoise.init(db_url=url, modules={"models": models})
    try:
        for step in steps:
            found = await _do(step, postgres)
            if found:
                print(json.dumps(found), flush=True)
    finally:
        await Tortoise.close_connections()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
