"""Functions of text, Coalesce, functions of one's own, functions in functions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import ConfigurationError, FieldError
from tortoise.expressions import Aggregate, F, Function, Q, RawSQL, Value
from tortoise.functions import Coalesce, Concat, Count, Length, Lower, Max, Sum, Trim, Upper
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Sample, Word
from tortoise_testkit.samples import fill_samples, fill_shelf

#: over the word "  Ünï ß  "
TEXT: dict[str, tuple[Any, Any]] = {
    "upper": (Upper("text"), "  ÜNÏ ß  "),
    "lower": (Lower("text"), "  ünï ß  "),
    "trim": (Trim("text"), "Ünï ß"),
    "length": (Length("text"), 9),
    "nested": (Length(Trim(Upper("text"))), 5),
    "of an expression": (Lower(F("text")), "  ünï ß  "),
    "joined": (Concat(Trim("text"), "-", F("weight"), Value("!")), "Ünï ß-7!"),
    "joined with NULL": (Concat("text", Value(None), "x"), "  Ünï ß  x"),
    "of a number": (Length("weight"), 1),
    "arithmetic over functions": (Length("text") * 2 + F("weight"), 25),
}


@pytest.mark.parametrize("name", list(TEXT))
async def test_text(db: Database, name: str) -> None:
    expression, wanted = TEXT[name]
    await Word.create(text="  Ünï ß  ", weight=7)
    assert await Word.annotate(result=expression).values_list("result", flat=True) == [wanted]
    assert await Word.annotate(result=expression).filter(result=wanted).count() == 1
    assert await Word.annotate(result=expression).order_by("result").first() is not None


async def test_null_stays_null(db: Database) -> None:
    await fill_samples()
    for function in (Upper("name"), Lower("name"), Trim("name"), Length("name")):
        assert await Sample.filter(label="d").annotate(x=function).values_list("x", flat=True) == [None]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (Coalesce("number", 5), 5),
        (Coalesce("name", "nobody"), "nobody"),
        (Coalesce("name", F("label")), "d"),
        (Coalesce("name", F("text"), Value("third")), "third"),
        (Coalesce("price", Decimal("1.5")), Decimal("1.5")),
        (Coalesce("price", 2), Decimal(2)),
        (Coalesce("ratio", 0.5), 0.5),
        (Coalesce("flag", False), False),
        (Coalesce("number"), None),
        (Coalesce("number", 2) + 1, 3),
    ],
)
async def test_coalesce(db: Database, expression: Any, wanted: Any) -> None:
    await fill_samples()
    found = await Sample.filter(label="d").annotate(x=expression).values_list("x", flat=True)
    assert found == [wanted]
    assert type(found[0]) is type(wanted)
    if wanted is not None:
        assert await Sample.annotate(x=expression).filter(x=wanted, label="d").count() == 1


async def test_coalesce_of_kinds_that_do_not_go_together_is_refused(db: Database) -> None:
    with refused(FieldError, "numbers"):
        await Sample.annotate(x=Coalesce("number", "text"))


async def test_over_relations(db: Database) -> None:
    await fill_shelf()
    found = await Book.annotate(who=Upper("author__name")).order_by("title").values_list("who", flat=True)
    assert found == ["ANN", "ANN", "BEN", "BEN"]
    longest = await Author.annotate(n=Max(Length("books__title"))).order_by("name").values_list("name", "n")
    assert longest == [("Ann", 5), ("Ben", 5), ("Cid", None)] or [n for _, n in longest][:2] == [5, 5]


async def test_over_aggregates(db: Database) -> None:
    await fill_shelf()
    query = Author.annotate(pages=Coalesce(Sum("books__pages"), 0), n=Count("books"))
    assert set(await query.filter(n=0).values_list("pages", flat=True)) <= {0}
    assert await query.filter(name="Ann").values_list("pages", flat=True) == [300]
    assert await query.filter(pages__gte=300).count() == 2


async def test_in_updates(db: Database) -> None:
    await fill_samples()
    assert await Sample.filter(label="a").update(name=Concat(Upper("name"), "!"), number=Length("name")) == 1
    assert await Sample.filter(label="a").values_list("name", "number") == [("APPLE!", 5)]


async def test_of_ones_own(db: Database) -> None:
    class Absolute(Function):
        database_func = "ABS"
        populate_field_object = True

    class Smallest(Aggregate):
        database_func = "MIN"

    await fill_samples()
    assert await Sample.annotate(x=Absolute(F("number") * -1)).filter(label="c").values_list("x", flat=True) != [None]
    assert await Sample.annotate(x=Absolute("number")).filter(x__gte=0).count() == 3
    lowest = await Sample.all().annotate(x=Smallest("number", _filter=Q(label="b"))).group_by("flag").values("x")
    assert {row["x"] for row in lowest} == {0, None}


async def test_a_function_without_a_proper_name_is_refused(db: Database) -> None:
    class Nameless(Function):
        pass

    class Hostile(Function):
        database_func = "ABS(1), (SELECT 1)"

    for function in (Nameless, Hostile):
        with refused(ConfigurationError, "database_func"):
            await Sample.annotate(x=function("number"))


async def test_raw_sql(db: Database) -> None:
    await fill_samples()
    zero = RawSQL("number + 0")
    assert await Sample.annotate(x=zero).filter(label="b").values_list("x", flat=True) == [0]
    assert await Sample.annotate(x=zero).filter(x=0).values_list("label", flat=True) == ["b"]
    assert await Sample.annotate(x=zero).filter(x__isnull=False).order_by("-x").values_list("label", flat=True) == [
        "c", "b", "a"
    ]  # fmt: skip
    assert await Sample.filter(number=RawSQL("1 - 1")).values_list("label", flat=True) == ["b"]
    assert await Sample.annotate(x=RawSQL("2 + 3") * 2).filter(label="a").values_list("x", flat=True) == [10]


async def test_parameters_of_raw_sql(db: Database) -> None:
    await fill_samples()
    for more in (1, 2):
        raw = RawSQL("0 + :more + :more", {"more": more})
        assert await Sample.annotate(x=raw).filter(label="a").values_list("x", flat=True) == [2 * more]
    text = "it's :x -- \\"
    raw = RawSQL("CASE WHEN ':more' = ':more' THEN :text END /* :c */", {"text": text})
    assert await Sample.annotate(x=raw).filter(label="a").values_list("x", flat=True) == [text]
    assert await Sample.annotate(x=raw).filter(x=text).count() == 4
    with pytest.raises(Exception, match="mor"):
        RawSQL(":mor", {"more": 1})
    with pytest.raises(Exception, match="more"):
        RawSQL("1", {"more": 1})
