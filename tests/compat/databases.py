"""Empty databases that are gone afterwards."""

from __future__ import annotations

import asyncio
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER = "postgres://postgres:@127.0.0.1:5432/"


async def _administer(sql: str) -> None:
    import asyncpg  # of the dialect under test; the runs on SQLite do without

    connection = await asyncpg.connect(os.environ.get("TORTOISE_TEST_POSTGRES", SERVER) + "postgres")
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


@contextmanager
def new_database(dialect: str, in_file: bool = False) -> Iterator[str]:
    """The URL of an empty database of `dialect`; on SQLite in memory, or with `in_file` in a file."""
    if dialect != "sqlite":
        name = f"tortoise_compat_{uuid.uuid4().hex}"
        asyncio.run(_administer(f'CREATE DATABASE "{name}"'))
        try:
            # what is thrown away need not outlive a crash, and waiting for the disk is most of the time of a run
            asyncio.run(_administer(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
            yield os.environ.get("TORTOISE_TEST_POSTGRES", SERVER) + name
        finally:
            asyncio.run(_administer(f'DROP DATABASE "{name}" WITH (FORCE)'))
    elif not in_file:
        yield "sqlite://:memory:"
    else:
        with tempfile.TemporaryDirectory(prefix="tortoise-compat-") as folder:
            yield f"sqlite://{Path(folder) / 'compat.db'}"
