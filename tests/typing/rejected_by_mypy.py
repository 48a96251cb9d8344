"""Mistakes that only mypy finds, by its option ``unused-awaitable``; pyright looks at coroutines alone."""

from __future__ import annotations

from accepted import Book


async def queries_that_never_run() -> None:
    Book.all().delete()  # type: ignore[unused-awaitable]
    Book.filter(id=1).update(pages=3)  # type: ignore[unused-awaitable]
    Book.filter(id=1)  # type: ignore[unused-awaitable]
    for book in Book.all():  # type: ignore[attr-defined]
        print(book)
    if Book.exists():  # type: ignore[truthy-bool]
        pass
    Book.bulk_create([])  # type: ignore[unused-awaitable]
