"""Mistakes that both refuse, by the same class of error."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Book

from tortoise import fields
from tortoise.models import Model


async def unknown_lookup() -> Any:
    return await Book.filter(title__contain="x")


async def unknown_related_field() -> Any:
    return await Book.filter(author__nothing="x")


async def positional_condition() -> Any:
    return await Book.filter("title")  # type: ignore[arg-type]  # the mistake


async def missing_value() -> Any:
    return await Author.create()


async def values_of_unknown() -> Any:
    return await Book.all().values("nothing")


async def update_of_unknown() -> Any:
    return await Book.all().update(nothing=1)


async def update_of_key() -> Any:
    return await Book.all().update(id=1)


async def update_to_null() -> Any:
    return await Book.all().update(title=None)


async def two_primary_keys() -> Any:
    type("Two", (Model,), {"a": fields.IntField(primary_key=True), "b": fields.IntField(primary_key=True)})


async def null_primary_key() -> Any:
    fields.IntField(primary_key=True, null=True)


async def set_null_without_null() -> Any:
    fields.ForeignKeyField("models.Author", on_delete=fields.SET_NULL)


async def wrong_relation_name() -> Any:
    fields.ForeignKeyField("Author")


async def text_as_key() -> Any:
    fields.TextField(primary_key=True)


async def document_with_index() -> Any:
    fields.JSONField(db_index=True)


async def char_without_length() -> Any:
    fields.CharField(max_length=0)


async def decimal_without_digits() -> Any:
    fields.DecimalField(max_digits=0, decimal_places=0)


async def too_big_enum() -> Any:
    from enum import IntEnum

    fields.IntEnumField(IntEnum("Big", {"a": 70000}))


async def field_called_pk() -> Any:
    type("Odd", (Model,), {"pk": fields.IntField()})


async def in_without_list() -> Any:
    return await Book.filter(pages__in=5)
