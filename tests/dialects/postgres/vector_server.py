"""A server that has the extension pgvector: the one of the tests if it does, otherwise that of the wheel `pgserver`."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

import asyncpg

from dialects.postgres.conftest import DEFAULT_URL

START = 30


async def has_vector(url: str) -> bool:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        query = "SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'"
        return bool(await connection.fetchval(query))
    finally:
        await connection.close()


def wheel() -> Optional[Path]:
    """The folder that the wheel was unpacked to; None where it is not installed."""
    spec = importlib.util.find_spec("pgserver")
    return None if spec is None or spec.origin is None else Path(spec.origin).parents[1]


def account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as another account."""
    if os.geteuid() != 0:
        return {}
    import pwd

    entry = next(entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def vector_server() -> Iterator[Optional[str]]:
    """The URL of a server with pgvector, or None if there is none to be had."""
    url = os.environ.get("TORTOISE_TEST_POSTGRES") or DEFAULT_URL
    found = wheel()
    if asyncio.run(has_vector(url)):
        yield url
    elif found is None:
        yield None
    else:
        with tempfile.TemporaryDirectory(prefix="tortoise-vector-") as folder:
            yield from started(found, Path(folder))


def started(found: Path, folder: Path) -> Iterator[str]:
    """A private server out of the wheel, at a socket in `folder`, for as long as the test runs."""
    programs, data = folder / "pgserver/pginstall", folder / "data"
    # another account may not be allowed to read where the wheel is; programs look for their libraries beside them
    shutil.copytree(found / "pgserver/pginstall", programs)
    if (found / "pgserver.libs").is_dir():
        shutil.copytree(found / "pgserver.libs", folder / "pgserver.libs")
    who = account()
    if who:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, who["user"], who["group"])
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **who}
    command = [programs / "bin/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8"]
    subprocess.run(command, check=True, cwd=folder, **quiet)
    server = [programs / "bin/postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
    process = subprocess.Popen(server, cwd=folder, **quiet)
    try:
        url = f"postgres://postgres@/postgres?host={folder}"
        asyncio.run(answering(url, process))
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START)


async def answering(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and process.poll() is None:
        try:
            connection = await asyncpg.connect(url)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.1)
            continue
        await connection.close()
        return
    raise RuntimeError("the server of the wheel did not start")
