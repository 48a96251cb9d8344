"""Writes docs/mistakes.md, or the file it is given: what is said to each mistake of the suite, on SQLite."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from tortoise.context import TortoiseContext
from tortoise_testkit import models
from tortoise_testkit.cases.mistakes import make
from tortoise_testkit.mistakes import MISTAKES, Mistake

PAGE = Path(__file__).resolve().parents[3] / "docs" / "mistakes.md"
URL = "sqlite://:memory:"
HEAD = """# Mistakes, and what is said to them

Every error that leaves Tortoise ORM is one of `tortoise.exceptions`. It names the model and the field, and says what
would be right. This page is made by making the mistakes: `python tests/dialects/sqlite/mistakes_page.py`. The models
are those of a bookshop: books have an author and tags; accounts have an owner and a balance.
"""


#: lists of what is installed, which differ from one environment to the next
_INSTALLED = re.compile(r"(?<=EXTRA being one of )[\w, +-]+(?=\.)|(?<=Choices: )[\w, +]*sqlite\+aiosqlite[\w, +]*")


def _code(text: str) -> str:
    """Code in a cell of a table: lines are kept, bars do not end the cell."""
    return "<br>".join(f"`{line.replace('    ', chr(0xA0) * 4)}`" for line in text.replace("|", "\\|").split("\n"))


def _said(text: str) -> str:
    plain = (
        re.sub(r"\s+", " ", _INSTALLED.sub("…", text))
        .replace("|", "\\|")
        .replace("<", "&lt;")
        .replace("*", "\\*")
        .replace("_", "\\_")
    )
    return plain.replace("`", "\\`")


async def _row(mistake: Mistake) -> str:
    async with TortoiseContext() as context:
        await context.init(db_url=URL, modules={"models": [models]})
        await context.generate_schemas()
        error = await make(mistake, URL)
    return f"| {_code(mistake.code)} | {type(error).__name__} | {_said(str(error))} |"


async def page() -> str:
    """The text of the page."""
    parts = [HEAD]
    for group, mistakes in MISTAKES.items():
        rows = [await _row(mistake) for mistake in mistakes]
        parts.append("\n".join([f"## {group}\n", "| code | error | message |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
    target.write_text(asyncio.run(page()), encoding="utf-8")
