"""Real data in, questions out: a year of flights, loaded and asked about through Tortoise ORM.

DB=sqlite (the default) or DB=postgres; `make demo` sees to the rest. Exit code 1 if a check disagrees.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

import checks
import models
from database import fresh_database
from load import load_all
from questions import QUESTIONS
from show import answer

from tortoise import Tortoise


async def ask_all(data: checks.Data) -> tuple[int, int]:
    """Ask every question and print the answers; gives (checks that agree, checks)."""
    agreed = checked = 0
    for number, question in enumerate(QUESTIONS, 1):
        started = time.perf_counter()
        rows = await question.ask()
        note = f"{(time.perf_counter() - started) * 1000:.0f} ms"
        if question.check is not None:
            expected = question.check(data)
            right = checks.agree(rows, expected)
            checked, agreed = checked + 1, agreed + right
            note += ", plain Python agrees" if right else f", plain Python DISAGREES: {expected}"
        answer(f"{number}. {question.text}", question.columns, rows, note)
    return agreed, checked


async def run(kind: str) -> bool:
    """The whole demo on one kind of database; True if all checks agree."""
    started = time.perf_counter()
    async with fresh_database(kind) as url:
        await Tortoise.init(db_url=url, modules={"models": [models]})
        try:
            await Tortoise.generate_schemas()
            rows, seconds = await load_all()
            print(f"loaded {rows:,} rows into {kind} in {seconds:.1f} s: {rows / seconds:,.0f} rows/s")
            agreed, checked = await ask_all(checks.read())
        finally:
            await Tortoise.close_connections()
    print(f"{len(QUESTIONS)} questions, {time.perf_counter() - started:.0f} s in all")
    print(f"checks: {agreed}/{checked} agree")
    return agreed == checked


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(run(os.environ.get("DB", "sqlite"))) else 1)
