"""F, Value, Case and arithmetic, in filters, annotations and updates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tortoise.exceptions import FieldError, ValidationError
from tortoise.expressions import Case, F, Q, Value, When
from tortoise.functions import Avg, Count, Max, Sum
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Book, Sample, Seat
from tortoise_testkit.samples import fill_samples, fill_shelf

#: over row = 7, place = 3: expression -> result
ARITHMETIC: dict[str, tuple[Any, Any]] = {
    "plus": (F("row") + 1, 8),
    "minus": (F("row") - F("place"), 4),
    "times": (F("row") * F("place"), 21),
    "from the right": (10 - F("row"), 3),
    "plus from the right": (1 + F("row"), 8),
    "times from the right": (3 * F("row"), 21),
    "remainder": (F("row") % F("place"), 1),
    "minus sign": (-F("row"), -7),
    "nested": ((F("row") + 1) * 2, 16),
    "deeper": (((F("row") - 1) * (F("place") + 1)) + 2, 26),
    "subtraction groups to the right": (F("row") - (F("place") - 1), 5),
    "constants": (Value(2) + Value(3) + F("row"), 12),
}


@pytest.mark.parametrize("name", list(ARITHMETIC))
async def test_arithmetic(db: Database, name: str) -> None:
    expression, wanted = ARITHMETIC[name]
    seat = await Seat.create(row=7, place=3)
    found = await Seat.annotate(result=expression).get(pk=seat.pk)
    assert found.result == wanted
    assert await Seat.annotate(result=expression).filter(result=wanted).count() == 1
    assert await Seat.annotate(result=expression).values_list("result", flat=True) == [wanted]


async def test_division(db: Database) -> None:
    seat = await Seat.create(row=7, place=2)
    found = await Seat.annotate(half=F("row") / F("place")).get(pk=seat.pk)
    assert found.half == 3  # between whole numbers, cut off towards zero
    below = await Seat.annotate(half=-F("row") / F("place")).get(pk=seat.pk)
    assert below.half == -3
    exact = await Seat.annotate(half=F("row") / 2.0).get(pk=seat.pk)
    assert exact.half == 3.5


async def test_null_makes_null(db: Database) -> None:
    await fill_samples()
    found = await Sample.annotate(more=F("number") + 1).get(label="d")
    assert found.more is None
    assert await Sample.annotate(more=F("number") + 1).filter(more__isnull=True).count() == 1


async def test_compare_columns(db: Database) -> None:
    await Seat.bulk_create([Seat(row=1, place=2), Seat(row=2, place=2), Seat(row=3, place=2)])
    assert await Seat.filter(row=F("place")).values_list("row", flat=True) == [2]
    assert await Seat.filter(row__gt=F("place")).values_list("row", flat=True) == [3]
    assert await Seat.filter(row__lte=F("place") - 1).values_list("row", flat=True) == [1]
    assert await Seat.filter(row__not=F("place")).count() == 2


async def test_compare_with_related_columns(db: Database) -> None:
    await fill_shelf()
    assert await Book.filter(author__country=F("publisher__country")).values_list("title", flat=True) == ["Alpha"]
    assert await Book.filter(title__gt=F("author__name")).count() == 3


async def test_update_by_expression(db: Database) -> None:
    await Account.bulk_create([Account(owner=name, balance=at) for at, name in enumerate("abc")])
    assert await Account.filter(owner__not="a").update(balance=F("balance") * 10 + 1) == 2
    assert await Account.all().order_by("owner").values_list("balance", flat=True) == [0, 11, 21]
    await Account.all().update(balance=Case(When(owner="a", then=5), default=F("balance")))
    assert await Account.all().order_by("owner").values_list("balance", flat=True) == [5, 11, 21]
    await Account.all().update(note=F("owner"))
    assert await Account.all().order_by("owner").values_list("note", flat=True) == ["a", "b", "c"]


async def test_values(db: Database) -> None:
    await Seat.create(row=1, place=2)
    text = 'it\'s "quoted" \\ % 🐢'
    rows = await Seat.annotate(t=Value(text), n=Value(5), f=Value(1.5), b=Value(True), x=Value(None)).values(
        "t", "n", "f", "b", "x"
    )
    assert rows == [{"t": text, "n": 5, "f": 1.5, "b": True, "x": None}]


async def test_values_of_decimals(db: Database) -> None:
    await fill_shelf()
    found = await Book.annotate(gross=F("price") * Decimal("1.5")).get(title="Alpha")
    assert found.gross == Decimal(15)
    assert isinstance(found.gross, Decimal)
    assert await Book.annotate(gross=F("price") + 1).filter(gross__gt=Decimal("20")).values_list(
        "title", flat=True
    ) == ["Beta"]


# -- Case


async def test_case_of_numbers(db: Database) -> None:
    await fill_samples()
    size = Case(When(number__lt=0, then=-1), When(number=0, then=0), When(number__gt=0, then=1), default=9)
    found = await Sample.annotate(sign=size).order_by("label").values_list("sign", flat=True)
    assert found == [-1, 0, 1, 9]
    assert await Sample.annotate(sign=size).filter(sign=1).values_list("label", flat=True) == ["c"]


async def test_case_of_texts(db: Database) -> None:
    await fill_samples()
    kind = Case(When(Q(number__lt=0) | Q(label="c"), then="far"), When(number=0, then="zero"))
    found = await Sample.annotate(kind=kind).order_by("label").values_list("kind", flat=True)
    assert found == ["far", "zero", "far", None]


async def test_case_gives_columns(db: Database) -> None:
    await fill_samples()
    best = Case(When(name__isnull=False, then=F("name")), default="nobody")
    found = await Sample.annotate(best=best).order_by("label").values_list("best", flat=True)
    assert found == ["Apple", "banana's", "cherry 100%", "nobody"]


async def test_case_takes_the_first_that_holds(db: Database) -> None:
    await fill_samples()
    first = Case(When(label__in=["a", "b"], then="one"), When(label="a", then="two"), default="three")
    found = await Sample.annotate(v=first).order_by("label").values_list("v", flat=True)
    assert found == ["one", "one", "three", "three"]


async def test_case_of_whole_numbers_and_others_gives_the_wider_type(db: Database) -> None:
    await fill_samples()
    mixed = Case(When(label="a", then=1), default=2.5)
    found = await Sample.annotate(v=mixed).order_by("label").values_list("v", flat=True)
    assert found == [1.0, 2.5, 2.5, 2.5]
    assert {type(value) for value in found} == {float}
    exact = Case(When(label="a", then=2), When(label="b", then=F("number")), default=F("price"))
    query = Sample.annotate(v=exact).order_by("label")
    assert await query.values_list("v", flat=True) == [Decimal(2), Decimal(0), Decimal("100000000.001"), None]
    assert await query.filter(v__gt=Decimal(1)).values_list("label", flat=True) == ["a", "c"]
    assert await query.filter(v__lt=10).values_list("label", flat=True) == ["a", "b"]


@pytest.mark.parametrize(
    "expression",
    [
        Case(When(number=0, then=1), default="a"),
        Case(When(number=0, then=F("key")), default=F("moment")),
        F("name") + "x",
        F("number") + "1",
        F("moment") - 1,
        Sum("name"),
        Avg("flag"),
        Sum("moment"),
        Max(Count("id")),
    ],
)
async def test_kinds_that_do_not_go_together_are_refused(db: Database, expression: Any) -> None:
    with refused(FieldError):
        await Sample.annotate(x=expression)


@pytest.mark.parametrize("name", ["pk", "save", "_loaded", "_origin", "__class__", "title", "author"])
async def test_annotations_that_would_hide_something_are_refused(db: Database, name: str) -> None:
    with refused(FieldError, name):
        await Book.annotate(**{name: F("pages")})


async def test_annotations_may_be_called_as_queries_are(db: Database) -> None:
    await fill_shelf()
    book = await Book.annotate(first=F("pages"), count=F("pages"), exists=F("pages")).get(title="Alpha")
    assert [vars(book)[name] for name in ("first", "count", "exists")] == [100, 100, 100]


async def test_negated_when(db: Database) -> None:
    await fill_samples()
    found = await Sample.annotate(v=Case(When(label="a", negate=True, then=1), default=0)).order_by("label")
    assert [row.v for row in found] == [0, 1, 1, 1]


async def test_case_in_an_order(db: Database) -> None:
    await fill_samples()
    last = Case(When(label="b", then=2), default=1)
    found = await Sample.annotate(place=last).order_by("-place", "label").values_list("label", flat=True)
    assert found == ["b", "a", "c", "d"]


async def test_case_in_groups(db: Database) -> None:
    await fill_shelf()
    size = Case(When(pages__lt=150, then="short"), When(pages__gte=150, then="long"), default="unknown")
    rows = await Book.annotate(size=size, number=Count("id")).group_by("size").order_by("size").values("size", "number")
    assert rows == [{"size": "long", "number": 2}, {"size": "short", "number": 1}, {"size": "unknown", "number": 1}]


async def test_annotations_build_on_annotations(db: Database) -> None:
    await Seat.create(row=3, place=4)
    query = Seat.annotate(a=F("row") + 1).annotate(b=F("a") * F("place"))
    assert await query.values_list("a", "b") == [(4, 16)]
    assert await query.filter(b=16).count() == 1


async def test_computed_values_in_lists(db: Database) -> None:
    await fill_shelf()
    computed = Book.annotate(more=F("pages") * 2 + 50)
    for items in ([250, 650], [450], [1, 2, 3, 4, 5, 250]):
        expected = [pages for pages in (100, 200, 300) if pages * 2 + 50 in items]
        found = await computed.filter(more__in=items).order_by("pages").values_list("pages", flat=True)
        assert found == expected


async def test_constants_that_no_column_would_hold(db: Database) -> None:
    await fill_shelf()
    long = "x" * 100
    named = Book.annotate(label=Case(When(title="Alpha", then=long), default=F("title")))
    assert await named.filter(title="Alpha").values_list("label", flat=True) == [long]
    assert await named.filter(label=long).count() == 1
    exact = Book.annotate(exact=Case(When(title="Alpha", then=Decimal("1.23456")), default=F("price")))
    assert await exact.filter(title="Alpha").values_list("exact", flat=True) == [Decimal("1.23456")]
    large = Book.annotate(large=Case(When(title="Alpha", then=2**40), default=F("pages")))
    assert await large.filter(title="Alpha").values_list("large", flat=True) == [2**40]


async def test_parts_of_moments_in_arithmetic(db: Database) -> None:
    await fill_samples()
    product = Sample.filter(label="a").annotate(product=F("number") * F("moment__microsecond"))
    assert await product.values_list("product", flat=True) == [-5 * 999_999]


async def test_annotations_of_instances(db: Database) -> None:
    await fill_shelf()
    found = await Book.annotate(who=F("author__name"), twice=F("pages") * 2).order_by("title")
    assert [(book.title, book.who, book.twice) for book in found] == [
        ("Alpha", "Ann", 200), ("Beta", "Ann", 400), ("Delta", "Ben", None), ("Gamma", "Ben", 600)
    ]  # fmt: skip


async def test_constants_of_the_same_shape_are_bound_anew(db: Database) -> None:
    await Seat.create(row=3, place=4)
    for more in (1, 2, 3):
        assert await Seat.annotate(a=F("row") + more).values_list("a", flat=True) == [3 + more]


@pytest.mark.parametrize(
    "expression", [F("nothing"), F("row__nothing"), F("nothing") + 1, Case(When(nothing=1, then=2), default=3)]
)
async def test_unknown_names_are_refused(db: Database, expression: Any) -> None:
    with refused(FieldError, "nothing"):
        await Seat.annotate(x=expression)


async def test_an_annotation_of_itself_is_refused(db: Database) -> None:
    with refused(FieldError, "itself"):
        await Seat.annotate(x=F("x") + 1)


async def test_what_is_no_expression_is_refused() -> None:
    with refused(FieldError, "expression"):
        Seat.annotate(x=5)  # type: ignore[arg-type]  # that is the mistake
    with refused(FieldError, "When"):
        Case()


async def test_an_expression_among_the_values_of_a_list_is_refused(db: Database) -> None:
    with refused(ValidationError, "Sample.number", "number__in", "an expression cannot stand among values", "Q"):
        await Sample.filter(number__in=[1, F("small")])
