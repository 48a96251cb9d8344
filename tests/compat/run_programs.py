"""Run programs, each on a fresh database, and print what each gave: run_programs.py URL [NAME...]

Run with an interpreter that has this project installed, or tortoise-orm 1.1.9: the programs cannot tell. A line of
JSON per program: [name, {"value": ...}] or [name, {"error": class, "bases": .., "message": ..}].
"""

from __future__ import annotations

import asyncio
import json
import sys
import warnings
from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Optional
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
warnings.simplefilter("ignore")

import compat_models  # noqa: E402  # beside this file, which is run by itself
import programs  # noqa: E402

from tortoise import Tortoise  # noqa: E402
from tortoise.models import Model  # noqa: E402

Program = Callable[[], Awaitable[Any]]
#: a program that takes longer than this many seconds hangs
TIMEOUT = 20.0


def all_programs(dialect: Optional[str] = None) -> Iterator[tuple[str, Program]]:
    """(area.name, program) of every public coroutine function of the modules of programs.

    With `dialect` without those of modules that say, by DIALECT, that they are about another one.
    """
    for module in programs.MODULES:
        if dialect is not None and getattr(module, "DIALECT", dialect) != dialect:
            continue
        for name, value in list(vars(module).items()):
            if asyncio.iscoroutinefunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


def plain(value: Any) -> Any:
    """`value` as JSON, with the types of Python that matter spelled out."""
    if isinstance(value, Enum):
        return {type(value).__name__: value.name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return repr(value) if isinstance(value, float) else value
    if isinstance(value, datetime) and value.tzinfo is not None:
        # the class that stands for a time zone is no promise, the moment is
        return {"datetime": value.isoformat()}
    if isinstance(value, (date, time, datetime, timedelta, Decimal, UUID)):
        return {type(value).__name__: str(value)}
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"bytes": bytes(value).hex()}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(json.dumps(plain(item)) for item in value)}
    if isinstance(value, Model):
        return {type(value).__name__: plain(value.pk)}
    return {"object": type(value).__name__}


async def outcome(url: str, program: Program) -> dict[str, Any]:
    """What `program` gives on an empty database that has the tables and the seed."""
    models = getattr(program, "models", None)
    try:
        await Tortoise.init(db_url=url, modules={"models": [models or "compat_models"]})
        if not url.startswith("sqlite"):
            connection = Tortoise.get_connection("default")
            await connection.execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
        await Tortoise.generate_schemas()
        if models is None:
            await compat_models.seed()
        elif hasattr(program, "seed"):
            await program.seed()
        return {"value": plain(await asyncio.wait_for(program(), TIMEOUT))}
    except Exception as error:
        bases = [base.__name__ for base in type(error).__mro__]
        return {"error": type(error).__name__, "bases": bases, "message": str(error)}
    finally:
        await Tortoise.close_connections()


async def run(url: str, wanted: list[str]) -> None:
    for name, program in all_programs("sqlite" if url.startswith("sqlite") else "postgres"):
        if not wanted or name in wanted:
            print(json.dumps([name, await outcome(url, program)]), flush=True)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2:]))
