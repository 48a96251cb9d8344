"""Conditions."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Book, Genre
from tortoise.expressions import Q


async def _titles(*args: Any, **kwargs: Any) -> list[Any]:
    return sorted(await Book.filter(*args, **kwargs).values_list("title", flat=True))


async def equal() -> Any:
    return await _titles(title="Alpha")


async def by_enum() -> Any:
    return await _titles(genre=Genre.novel)


async def q_or_and_not() -> Any:
    return await _titles(Q(pages__gt=200) | (Q(genre=Genre.novel) & ~Q(title="Alpha")))


async def over_two_relations() -> Any:
    return sorted(await Author.filter(books__tags__name="red").distinct().values_list("name", flat=True))


async def unknown_field() -> Any:
    return await _titles(tittle="Alpha")
