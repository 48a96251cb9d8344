"""Files that SQLite cannot use: known defect 24."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Callable

import fault_models
import pytest
from fault_models import Entry, Note

from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

pytestmark = pytest.mark.fault

Run = Callable[[Callable[[], Awaitable[Any]]], Any]


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_24_files_that_are_no_database(run: Run, tmp_path: Path, content: bytes):
    async def main() -> None:
        path = tmp_path / "broken.db"
        path.write_bytes(content)
        async with TortoiseContext() as context:
            await context.init(db_url=f"sqlite://{path}", modules={"faults": [fault_models]})
            for _ in range(2):
                with pytest.raises(BaseORMException):
                    await Note.all().count()
                with pytest.raises(BaseORMException):
                    async with in_transaction():
                        await Entry.create(id=1, worker=1)
        assert path.read_bytes() == content

    run(main)
