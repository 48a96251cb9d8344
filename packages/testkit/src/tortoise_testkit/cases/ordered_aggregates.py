"""Aggregates for which the order of the rows matters, and those of truth values."""

from __future__ import annotations

import pytest

from tortoise.exceptions import FieldError, UnSupportedError
from tortoise.expressions import F, Q
from tortoise.functions import BoolAnd, BoolOr, Count, Lower, Mode, PercentileCont, PercentileDisc, StringAgg
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Author, Book, Sample, Tag
from tortoise_testkit.samples import fill_samples, fill_shelf


async def test_text_in_an_order(db: Database) -> None:
    await fill_shelf()
    if not db.capabilities.aggregate_order:
        with refused(UnSupportedError, "order", db.capabilities.dialect):
            Author.annotate(t=StringAgg("books__title", order_by="books__title")).sql()
        return
    for order, expected in (
        ("books__title", ["Alpha, Beta", "Delta, Gamma", None]),
        ("-books__title", ["Beta, Alpha", "Gamma, Delta", None]),
        (F("books__pages").desc(nulls_first=True), ["Beta, Alpha", "Delta, Gamma", None]),
        (F("books__pages").asc(nulls_last=True), ["Alpha, Beta", "Gamma, Delta", None]),
        (["-books__price", "books__title"], ["Beta, Alpha", None, None]),
    ):
        query = Author.annotate(t=StringAgg("books__title", ", ", order_by=order)).order_by("name")
        found = await query.values_list("t", flat=True)
        assert found[0] == expected[0] and expected[1] in (found[1], None) and found[2] is None, order
    total = Book.annotate(t=StringAgg(Lower("title"), "", order_by="-id", _filter=Q(pages__gt=100))).values("t")
    assert await total == [{"t": "gammabeta"}]
    prices = Book.annotate(t=StringAgg("title", " ", order_by=F("price").asc(nulls_last=True))).values("t")
    assert await prices == [{"t": "Delta Alpha Beta Gamma"}]


async def test_text_in_any_order_and_each_once(db: Database) -> None:
    await fill_shelf()
    ((text,),) = await Book.annotate(t=StringAgg("title", "|")).values_list("t")
    assert sorted(text.split("|")) == ["Alpha", "Beta", "Delta", "Gamma"]
    for separator in (",", "'; DROP", "%s :a ?"):
        query = Book.annotate(t=StringAgg("author__name", separator, distinct=True, order_by="-author__name"))
        assert await query.values_list("t", flat=True) == [separator.join(["Ben", "Ann"])]
    ((text,),) = await Book.annotate(t=StringAgg("author__name", distinct=True)).values_list("t")
    assert sorted(text.split(",")) == ["Ann", "Ben"]
    groups = Book.annotate(t=StringAgg("title", "+", order_by="title")).group_by("author__name")
    groups = groups.order_by("author__name")
    assert await groups.values_list("author__name", "t") == [("Ann", "Alpha+Beta"), ("Ben", "Delta+Gamma")]
    having = Author.annotate(t=StringAgg("books__title", "+", order_by="books__title")).filter(t__startswith="Alpha")
    assert await having.values_list("name", flat=True) == ["Ann"]
    assert await Tag.all().annotate(t=StringAgg("name")).filter(name="none").values_list("t", flat=True) == [None]


async def test_truth(db: Database) -> None:
    await fill_samples()  # flags of a to d: False, False, True, NULL
    both = {"all": BoolAnd("flag"), "any": BoolOr("flag")}
    assert await Sample.annotate(**both).values("all", "any") == [{"all": False, "any": True}]
    assert await Sample.filter(label="c").annotate(**both).values("all", "any") == [{"all": True, "any": True}]
    assert await Sample.filter(label="d").annotate(**both).values("all", "any") == [{"all": None, "any": None}]
    some = BoolAnd("flag", _filter=Q(label__in=["c", "d"]))
    assert await Sample.annotate(all=some).values_list("all", flat=True) == [True]
    with refused(FieldError, "BoolAnd", "truth values", "numbers"):
        await Sample.annotate(x=BoolAnd("number")).values("x")


async def test_percentiles(db: Database) -> None:
    await fill_shelf()  # pages 100, 200, 300, NULL
    if not db.capabilities.ordered_set_aggregates:
        for aggregate in (PercentileCont("pages", 0.5), PercentileDisc("pages", 0.5), Mode("pages")):
            with refused(UnSupportedError, "aggregate", db.capabilities.dialect):
                Book.annotate(x=aggregate).values("x").sql()
        return
    values = {
        "half": PercentileCont("pages", 0.5),
        "quarter": PercentileCont("pages", 0.25),
        "least": PercentileDisc("pages", 0),
        "middle": PercentileDisc("title", 0.5),
        "cheap": PercentileCont("price", 0.5, _filter=Q(price__lt=20)),
        "mode": Mode("author__name", _filter=~Q(title="Alpha")),
    }
    assert await Book.annotate(**values).values(*values) == [
        {"half": 200.0, "quarter": 150.0, "least": 100, "middle": "Beta", "cheap": 7.625, "mode": "Ben"}
    ]
    by_author = Author.annotate(m=PercentileCont("books__pages", 0.5), n=Count("books")).order_by("name")
    assert await by_author.values_list("m", "n") == [(150.0, 2), (300.0, 2), (None, 0)]


async def test_what_cannot_be_meant(db: Database) -> None:
    with refused(FieldError, "StringAgg", "distinct values"):
        StringAgg("title", distinct=True, order_by="pages")
    with refused(FieldError, "separator"):
        StringAgg("title", 5)  # type: ignore[arg-type]  # on purpose
    with refused(FieldError, "order_by of StringAgg", "5"):
        StringAgg("title", order_by=[5])  # type: ignore[list-item]  # on purpose
    for fraction in (-0.1, 1.5, True, "half"):
        with refused(FieldError, "fraction"):
            PercentileCont("pages", fraction)  # type: ignore[arg-type]  # on purpose
    with refused(FieldError, "numbers"):
        await Book.annotate(x=PercentileCont("title", 0.5)).values("x")
    with refused(FieldError, "aggregate"):
        await Book.annotate(n=Count("id"), t=StringAgg("title", order_by="n")).group_by("author_id").values("t")
    with pytest.raises(FieldError, match="aggregate"):
        await Book.annotate(n=Count("id"), x=Mode("n")).group_by("author_id").values("x")
