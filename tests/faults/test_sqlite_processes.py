"""Several processes that write one SQLite file: known defect 27."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fault_models import Note

from tortoise.context import TortoiseContext

pytestmark = pytest.mark.fault

PROCESSES, TIMES = 4, 125

WORKER = """
import asyncio, sys
sys.path.insert(0, sys.argv[1])
import fault_models
from fault_models import Note
from tortoise.context import TortoiseContext
from tortoise.expressions import F
from tortoise.transactions import in_transaction

async def in_transactions():
    async with in_transaction():
        note = await Note.get(text="sum")
        note.number += 1
        await note.save()

async def alone():
    await Note.filter(text="sum").update(number=F("number") + 1)
    await Note.create(text=sys.argv[3])

async def main():
    async with TortoiseContext() as context:
        await context.init(db_url=sys.argv[2], modules={"faults": [fault_models]})
        for _ in range(int(sys.argv[4])):
            await {"in_transactions": in_transactions, "alone": alone}[sys.argv[3]]()

asyncio.run(main())
"""


async def prepare(url: str) -> None:
    import fault_models

    async with TortoiseContext() as context:
        await context.init(db_url=url, modules={"faults": [fault_models]})
        await context.generate_schemas()
        await Note.create(text="sum", number=0)


@pytest.mark.parametrize("options", ["", "?in_loop=on"], ids=["threads", "in_loop"])
@pytest.mark.parametrize("kind", ["in_transactions", "alone"])
def test_27_processes_that_read_and_then_write(tmp_path: Path, kind: str, options: str) -> None:
    path = tmp_path / "shared.db"
    asyncio.run(prepare(f"sqlite://{path}"))
    arguments = [sys.executable, "-c", WORKER, str(Path(__file__).parent)]
    command = [*arguments, f"sqlite://{path}{options}", kind, str(TIMES)]
    workers = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    try:
        told = [worker.communicate(timeout=120)[1] for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
    assert told == [""] * PROCESSES
    with closing(sqlite3.connect(path)) as connection:
        ((total,),) = connection.execute("SELECT number FROM note WHERE text = 'sum'").fetchall()
        ((added,),) = connection.execute("SELECT COUNT(*) FROM note WHERE text = 'alone'").fetchall()
    assert (total, added) == (PROCESSES * TIMES, PROCESSES * TIMES * (kind == "alone"))
