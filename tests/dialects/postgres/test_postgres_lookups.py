"""Regular expressions of the server's own flavour, brought by the dialect's plugin."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.models import Model
from tortoise_core.dialect.driver import Target


class Phrase(Model):
    text = fields.CharField(max_length=50, null=True)
    number = fields.IntField(default=1)


def test_posix_regex(postgres_target: Target) -> None:
    at = postgres_target
    credentials = {"host": at.host, "port": at.port, "user": at.user, "password": at.password, "database": at.database}
    connections = {"default": {"engine": "tortoise.backends.asyncpg", "credentials": credentials}}
    apps = {"models": {"models": [sys.modules[__name__]]}}

    async def main() -> None:
        async with TortoiseContext() as context:
            await context.init({"connections": connections, "apps": apps})
            await context.generate_schemas()
            await Phrase.bulk_create([Phrase(text=text) for text in ("Abc", "abc", "xyz", "a.c", None)])
            found = Phrase.filter(text__posix_regex=r"^a.c$").order_by("id")
            assert await found.values_list("text", flat=True) == ["abc", "a.c"]
            assert await Phrase.filter(text__iposix_regex=r"^A\wC$").count() == 2
            assert await Phrase.filter(text__posix_regex="'; DROP TABLE phrase; --").count() == 0
            assert await Phrase.filter(number__posix_regex="^1$").count() == 5
            with pytest.raises(OperationalError, match="regular expression"):
                await Phrase.filter(text__posix_regex="(")

    asyncio.run(main())
