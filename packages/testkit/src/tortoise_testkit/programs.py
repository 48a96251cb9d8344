"""Programs of their own, for what only the end of a process or several of them show."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

from tortoise_testkit.modes import ALIAS

#: seconds in which any of them has long ended
PATIENCE = 20.0

#: what every program begins with: one model, and `init` on the URL that is its first argument
START = f"""
import asyncio, os, sys
from tortoise import Tortoise, fields
from tortoise.expressions import F
from tortoise.models import Model
from tortoise.transactions import in_transaction

class Line(Model):
    number = fields.IntField(default=0)

if "{ALIAS}" in os.environ:
    from tortoise_testkit.modes import register_as

    register_as(*os.environ["{ALIAS}"].split())

async def init():
    await Tortoise.init(db_url=sys.argv[1], modules={{"models": [sys.modules["__main__"]]}})
"""


async def ran(code: str, *arguments: str, **environment: str) -> str:
    """What a program wrote, which had to end well; errors are in it too."""
    command = [sys.executable, "-c", START + code, *arguments]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment}
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    assert process.returncode == 0, output.decode()
    return output.decode()
