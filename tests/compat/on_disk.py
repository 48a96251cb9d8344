"""Work on a database that the other package may have made: on_disk.py URL STEP...

Steps: `create` tables and rows, `add` more rows and change some, `read` everything. `read` prints one JSON
object, table -> rows in order of their keys. Run with the interpreter of either package.
"""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from compat_models import (  # beside this file, which is run by itself
    EVERYTHING,
    Author,
    Book,
    Cover,
    Employee,
    Everything,
    Publisher,
    Stamped,
    Tag,
    seed,
)
from run_programs import plain

from tortoise import Tortoise

TABLES: tuple[Any, ...] = (Author, Publisher, Tag, Book, Cover, Employee, Everything, Stamped)


async def create() -> None:
    await Tortoise.generate_schemas()
    await seed()
    await Stamped.create(name="first")


async def add() -> None:
    for values in EVERYTHING:
        await Everything.create(**values)
    changed = await Everything.get(id=1)
    changed.amount, changed.document, changed.moment = Decimal("0.0001"), {"new": [True]}, EVERYTHING[2]["moment"]
    await changed.save()
    span, day = EVERYTHING[0]["span"], EVERYTHING[2]["day"]
    await Everything.filter(id=2).update(text="updated", flag=True, span=span, day=day)
    author = await Author.create(name="Zed")
    book = await Book.create(title="Zeta", author=author, price=Decimal("3.30"))
    await book.tags.add(await Tag.get(name="blue"))
    await Cover.create(book=book, colour="white")
    await (await Book.get(title="beta")).delete()
    await Stamped.create(name="second")
    await Employee.create(name="junior", manager=await Employee.get(name="left"))


async def read() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in TABLES:
        rows = await model.all().order_by(model._meta.pk_attr)
        names = sorted(model._meta.db_fields)
        found[model.__name__] = [{name: plain(getattr(row, name)) for name in names} for row in rows]
    links = await Book.all().order_by("id").prefetch_related("tags")
    found["links"] = [[book.title, sorted(tag.name for tag in book.tags)] for book in links]
    return found


async def main(url: str, steps: list[str]) -> None:
    await Tortoise.init(db_url=url, modules={"models": ["compat_models"]})
    try:
        for step in steps:
            if step == "read":
                print(json.dumps(await read()), flush=True)
            else:
                await {"create": create, "add": add}[step]()
    finally:
        await Tortoise.close_connections()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
