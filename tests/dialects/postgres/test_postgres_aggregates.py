"""Aggregates that PostgreSQL has besides: arrays, documents, bits."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import Any

import pytest

from dialects.postgres.stores import SCHEMES, Store, run
from tortoise import fields
from tortoise.contrib.postgres.functions import ArrayAgg, BitAnd, BitOr, JSONBAgg
from tortoise.exceptions import FieldError, UnSupportedError
from tortoise.expressions import F, Q
from tortoise.models import Model
from tortoise_core.dialect.driver import Target
from tortoise_core.plugins.manager import plugins
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect


class Sale(Model):
    shop = fields.CharField(max_length=10)
    bits = fields.IntField(null=True)
    price = fields.DecimalField(max_digits=6, decimal_places=2, null=True)
    body = fields.JSONField(null=True)

    class Meta:
        table = "aggregated_sale"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_values_come_as_lists_and_documents(postgres_target: Target, scheme: str) -> None:
    async def main() -> None:
        async with Store(postgres_target, scheme).open(sys.modules[__name__]) as context:
            await context.db().execute_script("DROP TABLE IF EXISTS aggregated_sale")
            await context.generate_schemas()
            await Sale.bulk_create(
                [
                    Sale(shop="a", bits=0b110, price=Decimal("1.50"), body={"x": [1]}),
                    Sale(shop="a", bits=0b011, price=None, body=None),
                    Sale(shop="b", bits=None, price=Decimal("2.00"), body="text"),
                ]
            )
            groups: Any = Sale.annotate(
                bits_=ArrayAgg("bits", order_by=F("bits").desc(nulls_last=True)),
                prices=ArrayAgg("price", order_by="id", _filter=Q(price__isnull=False)),
                bodies=JSONBAgg("body", order_by="id"),
                both=BitAnd("bits"),
                either=BitOr("bits"),
            )
            rows = groups.group_by("shop").order_by("shop").values_list("bits_", "prices", "bodies", "both", "either")
            assert await rows == [
                ([6, 3], [Decimal("1.50")], [{"x": [1]}, None], 0b010, 0b111),
                ([None], [Decimal("2.00")], ["text"], None, None),
            ]
            shops: Any = Sale.annotate(shops=ArrayAgg("shop", distinct=True, order_by="-shop")).values("shops")
            assert await shops == [{"shops": ["b", "a"]}]
            none: Any = Sale.filter(shop="c").annotate(x=ArrayAgg("shop"), y=JSONBAgg("shop")).values("x", "y")
            assert await none == [{"x": None, "y": None}]
            with pytest.raises(FieldError, match="whole numbers"):
                await Sale.annotate(x=BitAnd("price")).values("x")
            await context.db().execute_script("DROP TABLE aggregated_sale")

    run(main)


def test_another_dialect_refuses_them_by_name() -> None:
    async def main() -> None:
        driver = plugins.driver("sqlite")[1] if "sqlite" in plugins.schemes() else None
        async with recording(Recorder(), standard_dialect(), {"m": [sys.modules[__name__]]}, like=driver):
            with pytest.raises(UnSupportedError, match="the aggregate BIT_OR of PostgreSQL is not supported"):
                Sale.annotate(x=BitOr("bits")).values("x").sql()

    run(main)
