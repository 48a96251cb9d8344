"""Programs that end without closing their connections end all the same: known defect 18."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import fault_models
import pytest
from places import KINDS, place

from tortoise import Tortoise

pytestmark = pytest.mark.fault

Run = Callable[[Callable[[], Awaitable[Any]]], Any]

#: seconds in which any of these programs has long ended
PATIENCE = 15

START = """
import asyncio, sys, threading
sys.path.insert(0, sys.argv[2])
import fault_models
from fault_models import Note
from tortoise import Tortoise
from tortoise.transactions import in_transaction

async def start():
    await Tortoise.init(db_url=sys.argv[1], modules={"faults": [fault_models]})
    await Tortoise.generate_schemas()
    await Note.create(text="kept")
    assert await Note.all().count() == 1
"""

#: what the program does after its start -> (its exit code, part of what it writes to stderr)
PROGRAMS = {
    "asyncio.run": ("asyncio.run(start())", 0, ""),
    "run_until_complete and close": (
        "loop = asyncio.new_event_loop(); loop.run_until_complete(start()); loop.close()",
        0,
        None,
    ),
    "run_until_complete": ("loop = asyncio.new_event_loop(); loop.run_until_complete(start())", 0, None),
    "an error": ("""
async def main():
    await start()
    raise KeyError("of the program")
asyncio.run(main())
""", 1, "KeyError: 'of the program'"),
    "an error inside a transaction": ("""
async def main():
    await start()
    async with in_transaction():
        await Note.create(text="lost")
        raise KeyError("of the program")
asyncio.run(main())
""", 1, "KeyError: 'of the program'"),
    "sys.exit": ("""
async def main():
    await start()
    sys.exit(3)
asyncio.run(main())
""", 3, ""),
    "tasks left running": ("""
async def work():
    while True:
        async with in_transaction():
            await Note.create(text="lost or kept")
async def main():
    await start()
    tasks = [asyncio.ensure_future(work()) for _ in range(3)]
    await asyncio.sleep(0.05)
asyncio.run(main())
""", 0, ""),
    "an interrupt": ("""
import _thread, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job inherits that it is ignored
async def main():
    await start()
    asyncio.get_running_loop().call_later(0.05, _thread.interrupt_main)
    async with in_transaction():
        await Note.create(text="lost")
        await asyncio.sleep(30)
asyncio.run(main())
""", None, "KeyboardInterrupt"),
    "two loops, one after the other": ("""
asyncio.run(start())
async def again():
    assert await Note.all().count() in (0, 1)
async def anew():
    await Tortoise.generate_schemas()
    await again()
asyncio.run(anew())
""", 0, ""),
}  # fmt: skip


#: each costs a second, and a database in memory adds something to few of them
CASES = [
    (kind, program)
    for kind in sorted(KINDS)
    for program in PROGRAMS
    if kind != "memory" or program in ("asyncio.run", "run_until_complete", "tasks left running")
]


@pytest.mark.parametrize("kind, program", CASES)
def test_the_program_ends(run: Run, kind: str, tmp_path: Path, program: str):
    code, expected_exit, expected_text = PROGRAMS[program]

    async def main() -> None:
        async with place(kind, tmp_path) as where:
            arguments = [sys.executable, "-W", "error", "-c", START + code, where.url, str(Path(__file__).parent)]
            process = await asyncio.create_subprocess_exec(*arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            reading = asyncio.ensure_future(process.communicate())
            done, _ = await asyncio.wait({reading}, timeout=PATIENCE)
            if not done:
                process.kill()
            output = (await reading)[0].decode()
            assert done, f"it does not end; it wrote: {output}"
            assert expected_exit is None or process.returncode == expected_exit, output
            if expected_text == "":
                assert output == ""
            assert expected_text is None or expected_text in output
            await where.check_no_session()

    run(main)


def test_the_end_of_the_loop_closes_in_order(kind: str, tmp_path: Path):
    pools = []

    async def forget() -> None:
        await Tortoise.init(db_url=where.url, modules={"faults": [fault_models]})
        await Tortoise.get_connection("default").fetch("SELECT 1", ())
        pools.append(Tortoise.get_connection("default").pool)

    where = KINDS[kind]()
    asyncio.run(where.open(tmp_path))
    asyncio.run(forget())
    stats = pools[0].stats()
    assert pools[0].closed and stats.size == 0 and stats.total_closed == stats.total_opened == 1
    asyncio.run(where.check_no_session())
