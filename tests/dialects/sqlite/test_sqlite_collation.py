"""The collation of decimals stays with decimals."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

from tortoise.context import TortoiseContext
from tortoise.expressions import Case, When
from tortoise.functions import Count
from tortoise_testkit import models
from tortoise_testkit.models import Sample


def test_text_chosen_by_a_decimal_is_text() -> None:
    async def main() -> list[Any]:
        async with TortoiseContext() as context:
            await context.init(db_url="sqlite://:memory:", modules={"models": [models]})
            await context.generate_schemas()
            for price in ("1", "2", "2"):
                await Sample.create(label="x", price=Decimal(price))
            # as numbers "1" and "1.0" would be the same
            word = Case(When(price=Decimal(1), then="1"), default="1.0")
            query = Sample.annotate(word=word, n=Count("id")).group_by("word").order_by("-word")
            return list(await query.values_list("word", "n"))

    assert asyncio.run(main()) == [("1.0", 2), ("1", 1)]
