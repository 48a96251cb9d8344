"""Text that is looked for in text, both of them columns; and moments at the ends of time."""

from __future__ import annotations

import datetime as dt

from tortoise.expressions import F, OuterRef, Q, Subquery
from tortoise.functions import Lower, Upper
from tortoise_testkit.harness import Database
from tortoise_testkit.models import ROWS, UTC, Account, Author, Sample

PAIRS = [
    ("plain", "lai"), ("plain", "plain"), ("plain", ""), ("plain", "x"), ("50% off", "0% o"), ("500 off", "0% o"),
    ("a_b", "_"), ("axb", "_"), ("a!b", "!b"), ("ab", "!b"), ("it's", "'s"), ("Plain", "PLAIN"), ("plain", "pla"),
    ("plain", "ain"), ("a\\b", "\\"), ("Ärger", "ärg"),
]  # fmt: skip


async def test_columns_in_columns(db: Database) -> None:
    await Sample.bulk_create([Sample(label=str(at), name=a, text=b) for at, (a, b) in enumerate(PAIRS)])
    await Sample.bulk_create([Sample(label="n", name="x"), Sample(label="m", text="x")])
    for lookup, expected in (
        ("contains", lambda a, b: b in a),
        ("startswith", lambda a, b: a.startswith(b)),
        ("endswith", lambda a, b: a.endswith(b)),
        ("icontains", lambda a, b: b.upper() in a.upper()),
        ("istartswith", lambda a, b: a.upper().startswith(b.upper())),
        ("iendswith", lambda a, b: a.upper().endswith(b.upper())),
    ):
        query = Sample.filter(**{f"name__{lookup}": F("text")}).order_by("id")
        found = await query.values_list("label", flat=True)
        assert found == [str(at) for at, (a, b) in enumerate(PAIRS) if expected(a, b)], lookup


async def test_expressions_and_other_types(db: Database) -> None:
    await Account.bulk_create([Account(owner=o, balance=b, note=n) for o, b, n in (("a1", 1, "A1"), ("b", 2, "x2y"))])
    assert await Account.filter(owner__contains=Lower("note")).values_list("owner", flat=True) == ["a1"]
    assert await Account.filter(note__startswith=Upper("owner")).values_list("owner", flat=True) == ["a1"]
    assert await Account.filter(note__contains=F("balance")).count() == 2
    assert await Account.filter(~Q(owner__contains=F("balance"))).values_list("owner", flat=True) == ["b"]
    await Author.create(name="b")
    inside = Subquery(Author.filter(name=OuterRef("owner")).limit(1).values("name"))
    assert await Account.filter(owner__contains=inside).values_list("owner", flat=True) == ["b"]


async def test_the_ends_of_time(db: Database) -> None:
    days, moments = ROWS["Date"], ROWS["Datetime"]
    for day in (dt.date.max, dt.date.min):
        await days.create(value=day)
        assert [row.value for row in await days.filter(value=day)] == [day]
    for naive in (dt.datetime.max, dt.datetime.min, dt.datetime.max.replace(microsecond=0)):
        moment = naive.replace(tzinfo=UTC)
        created = await moments.create(value=moment)
        (found,) = await moments.filter(value=moment)
        assert found.value == moment and found.value.tzinfo is not None
        assert await moments.filter(id=created.pk).values_list("value", flat=True) == [moment]
    assert await moments.filter(value__lt=dt.datetime(2000, 1, 1, tzinfo=UTC)).count() == 1
