"""Making and deleting databases, which are files."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tortoise_core.dialect.driver import Target
from tortoise_dialect_sqlite.link import file_of
from tortoise_dialect_sqlite.options import is_private, opening_of

#: what SQLite keeps beside a database (sqlite.org/tempfiles.html)
BESIDE = ("", "-wal", "-shm", "-journal")


async def create_database(target: Target) -> None:
    """Nothing: the first session makes the file."""


async def drop_database(target: Target) -> None:
    """Delete the file and what stands beside it; nothing for a database in memory."""
    path = None if is_private(target) else file_of(opening_of(target))
    if path is not None:
        _delete(path)


def _delete(path: Path) -> None:
    for ending in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{ending}").unlink()
