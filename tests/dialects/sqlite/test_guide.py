"""The pages of the guide do what they say: their blocks are run, top to bottom, on a database of their own."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

from tortoise import Tortoise

DOCS = Path(__file__).resolve().parents[3] / "docs"


def blocks(page: str) -> list[str]:
    """The Python of a page, each block on the lines where it stands, so that an error tells them."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return ["\n" * (text[: block.start(1)].count("\n")) + block.group(1) for block in found]


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    made = types.ModuleType("guide")
    sys.modules["guide"] = made
    yield made
    del sys.modules["guide"]


async def run(page: str, module: types.ModuleType) -> int:
    """Run a page, whose first block has its models; the number of blocks."""
    first, *others = blocks(page)
    exec(compile(first, page, "exec"), module.__dict__)
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": [module]})
    try:
        await Tortoise.generate_schemas()
        for block in others:
            result = eval(compile(block, page, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), module.__dict__)
            if inspect.isawaitable(result):
                await result
    finally:
        await Tortoise.close_connections()
    return len(others)


@pytest.mark.parametrize("page", ["models.md", "relations.md", "querying.md"])
def test_the_blocks_of_a_page_run(page: str, module: types.ModuleType) -> None:
    assert asyncio.run(run(page, module)) >= 3
