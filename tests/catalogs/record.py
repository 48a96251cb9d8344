"""Record the catalogs and descriptions that tortoise-orm 1.1.9 makes. Run it with a Python that has it::

cd tests; python -m catalogs.record sqlite sqlite://:memory: > catalogs/sqlite.json
cd tests; python -m catalogs.record postgres asyncpg://postgres:@127.0.0.1:5432/scratch > catalogs/postgres.json
cd tests; python -m catalogs.record described sqlite://:memory: > catalogs/described.json
"""

from __future__ import annotations

import asyncio
import json
import sys
from types import ModuleType
from typing import Any

from catalogs.model_sets import MODEL_SETS
from catalogs.reading import catalog_of, descriptions_of
from tortoise import Tortoise

EMPTY = {"postgres": "DROP SCHEMA public CASCADE; CREATE SCHEMA public"}


async def record(dialect: str, url: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    module = sys.modules["recorded_models"] = ModuleType("recorded_models")
    for name, make in MODEL_SETS.items():
        module.__models__ = make()  # type: ignore[attr-defined]  # read by init
        await Tortoise.init(db_url=url, modules={"models": ["recorded_models"]})
        connection = Tortoise.get_connection("default")
        if dialect == "described":
            found[name] = descriptions_of(Tortoise.describe_models())
        else:
            if dialect in EMPTY:
                await connection.execute_script(EMPTY[dialect])
            await Tortoise.generate_schemas()
            found[name] = await catalog_of(connection, dialect)
        await Tortoise.close_connections()
    return found


if __name__ == "__main__":
    recorded = asyncio.run(record(*sys.argv[1:3]))
    lines = [f"  {json.dumps(name)}: {json.dumps(found, sort_keys=True)}" for name, found in recorded.items()]
    print("{\n" + ",\n".join(lines) + "\n}")
