"""Parts of JSON documents, and parts of dates in every time zone: conditions, values, order, groups."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tortoise.context import TortoiseContext
from tortoise.exceptions import FieldError, OperationalError, ValidationError
from tortoise.expressions import F, Q
from tortoise.functions import Count
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database, module_of
from tortoise_testkit.lookup_matrix.oracle import contained
from tortoise_testkit.models import UTC, Document, Sample

#: values of every JSON type; `...` stands for a document without the key
VALUES: tuple[Any, ...] = (
    1, 2, 10, 1.5, -3, 0, "1", "a", "b", "B", "", "null", True, False, None, ..., [1, 2], [], {"b": 1}, {}, 2**60 + 1,
)  # fmt: skip
NUMBERS = {"gt", "gte", "lt", "lte", "range"}


async def fill() -> None:
    """One document for each value, below "v" and, deeper, below "deep", "er", 1."""
    await Document.bulk_create(
        [
            Document(title=str(at), body={} if value is ... else {"v": value, "deep": {"er": [0, value]}})
            for at, value in enumerate(VALUES)
        ]
    )
    await Document.create(title="list", body=["v"])


async def found(*conditions: Q, **named: Any) -> list[Any]:
    """The values of the documents that meet the conditions."""
    titles = await Document.filter(*conditions, **named).order_by("id").values_list("title", flat=True)
    return [VALUES[int(title)] for title in titles if title != "list"]


def same(left: Any, right: Any) -> bool:
    return isinstance(left, bool) == isinstance(right, bool) and bool(left == right)


def kind_of(value: Any) -> str:
    return "number" if type(value) in (int, float) else type(value).__name__


def is_null(value: Any) -> bool:
    return value is None or value is ...


def expect(lookup: str, value: Any, operand: Any) -> bool:
    """What Python says of a value below a key."""
    if lookup in ("exact", "not"):
        equal = is_null(value) if operand is None else not is_null(value) and same(value, operand)
        return equal is (lookup == "exact")
    if lookup in ("in", "not_in"):
        return any(expect("exact", value, item) for item in operand) is (lookup == "in")
    if lookup in ("isnull", "not_isnull"):
        return is_null(value) is (operand is (lookup == "isnull"))
    pair = operand if lookup == "range" else (operand, operand)
    if is_null(value) or any(kind_of(value) != kind_of(end) for end in pair):
        return False
    low, high = pair
    return bool({"gt": value > low, "gte": value >= low, "lt": value < low, "lte": value <= low}.get(
        lookup, low <= value <= high
    ))  # fmt: skip


OPERANDS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("exact", "not"), tuple([value for value in VALUES if value is not ...])),
    **dict.fromkeys(("in", "not_in"), ([], [1, "a", True], [[1, 2], {"b": 1}], [None], [None, 0], list(range(100)))),
    **dict.fromkeys(("isnull", "not_isnull"), (True, False)),
    **dict.fromkeys(("gt", "gte", "lt", "lte"), (1, 0, 1.5, "a", "", 2**60)),
    "range": ((0, 2), [1.25, 10], ("a", "b"), (5, 1)),
}


@pytest.mark.parametrize("lookup", list(OPERANDS))
async def test_values_of_every_type(db: Database, lookup: str) -> None:
    await fill()
    tail = "" if lookup == "exact" else f"__{lookup}"
    for operand in OPERANDS[lookup]:
        wanted = [value for value in VALUES if expect(lookup, value, operand)]
        for path in ("v", "deep__er__1"):
            assert await found(body__filter={f"{path}{tail}": operand}) == wanted, (path, operand)
            assert await found(**{f"body__{path}{tail}": operand}) == wanted, (path, operand)


async def test_text_of_a_part(db: Database) -> None:
    await fill()
    assert await found(body__v__contains="ul") == ["null"]
    assert await found(body__filter={"v__startswith": "1"}) == [1, 10, 1.5, "1", 2**60 + 1]
    assert await found(body__filter={"v__iexact": "b"}) == ["b", "B"]
    assert await found(body__v__posix_regex="^[ab]$") == ["a", "b"]
    assert await found(body__v__iposix_regex="^b$") == ["b", "B"]
    assert await found(body__v__endswith="e") == [True, False]
    assert await found(body__v__contains="1, 2") == [[1, 2]]


async def test_conditions_on_parts_add_up(db: Database) -> None:
    await fill()
    assert await found(body__filter={"v__gt": 1, "deep__er__1__lt": 10}) == [2, 1.5]
    assert await found(Q(body__filter={"v": 1}) | Q(body__v="a"), body__filter={}) == [1, "a"]
    assert await found(~Q(body__filter={"v__in": [1, 2]}), body__v__gt=0) == [10, 1.5, 2**60 + 1]
    assert await Document.filter(body__filter={"v": 1}).update(title="99") == 1
    assert await Document.filter(title="99").count() == 1


async def test_conditions_that_documents_do_not_take(db: Database) -> None:
    for name in ("gt", "startswith", "year", "search"):
        with refused(FieldError, f"body__{name}", "Document.body", "contained_by"):
            await Document.filter(**{f"body__{name}": 1})
    with refused(FieldError, "body__filter", "dict"):
        await Document.filter(body__filter=5)
    with refused(FieldError, "keys of documents are text"):
        await Document.filter(body__filter={1: 1})
    for value in ({1, 2}, object(), float("nan")):
        with refused(ValidationError, "Document.body"):
            await Document.filter(body__filter={"v": value})


async def test_parts_as_values(db: Database) -> None:
    await Document.create(title="x", body={"a": {"b": 1, "c": "text", "d": None, "e": [True, {"f": 1.50}]}})
    row = await Document.all().values(b="body__a__b", c="body__a__c", d="body__a__d", e="body__a__e", x="body__x")
    assert row == [{"b": "1", "c": "text", "d": None, "e": '[true, {"f": 1.5}]', "x": None}]
    assert await Document.annotate(c=F("body__a__c")).filter(c="text").values_list("c", "body__a__e__0") == [
        ("text", "true")
    ]


async def test_parts_in_order_and_groups(db: Database) -> None:
    for at, key in enumerate("bab"):
        await Document.create(title=str(at), body={"k": key})
    assert await Document.all().order_by("-body__k", "title").values_list("title", flat=True) == ["0", "2", "1"]
    counted = Document.annotate(n=Count("id")).group_by("body__k").order_by("body__k")
    assert await counted.values_list("body__k", "n") == [("a", 1), ("b", 2)]
    assert await Document.filter(body__k=F("title")).count() == 0
    assert await Document.filter(title__in=["0"], body__k__not=F("title")).count() == 1


async def test_documents_are_equal_by_their_values(db: Database) -> None:
    await Document.create(title="x", body={"a": 1, "b": [1.0, {"c": 2}]})
    assert await Document.filter(body={"b": [1, {"c": 2.0}], "a": 1}).count() == 1
    assert await Document.filter(body__not={"b": [1, {"c": 2.0}], "a": 1}).count() == 0
    assert await Document.filter(body={"b": [1, {"c": 2}], "a": True}).count() == 0


# -- dates

#: either side of midnight, of a year, and of summer time in different zones
MOMENTS = (
    dt.datetime(2023, 12, 31, 18, 45, tzinfo=UTC), dt.datetime(2024, 1, 1, 4, 59, 59, 999999, tzinfo=UTC),
    dt.datetime(2024, 3, 10, 6, 59, tzinfo=UTC), dt.datetime(2024, 3, 10, 7, 0, tzinfo=UTC),
    dt.datetime(2024, 3, 31, 23, 30, tzinfo=UTC), dt.datetime(2024, 6, 30, 20, 0, 0, 5, tzinfo=UTC),
)  # fmt: skip
PARTS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second", "microsecond")


def part_of(part: str, value: dt.datetime) -> int:
    if part == "week":
        return value.isocalendar()[1]
    return (value.month + 2) // 3 if part == "quarter" else int(getattr(value, part))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Auckland"])
async def test_parts_of_moments_in_the_configured_zone(db: Database, zone: str) -> None:
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": [module_of(Sample)]}, timezone=zone)
        await context.generate_schemas()
        await Sample.bulk_create([Sample(label=str(at), moment=moment) for at, moment in enumerate(MOMENTS)])
        await Sample.create(label="null")
        for part in PARTS:
            local = [part_of(part, moment.astimezone(ZoneInfo(zone))) for moment in MOMENTS]
            given = await Sample.all().order_by("id").values_list(f"moment__{part}", flat=True)
            assert given == [*local, None], part
            for value in local:
                rows = Sample.filter(**{f"moment__{part}": value}).order_by("id")
                wanted = [str(at) for at, other in enumerate(local) if other == value]
                assert await rows.values_list("label", flat=True) == wanted, (part, value)


async def test_parts_of_naive_moments(db: Database) -> None:
    async with db.new_url() as url, TortoiseContext() as context:
        await context.init(
            db_url=url, modules={"models": [module_of(Sample)]}, use_tz=False, timezone="America/New_York"
        )
        await context.generate_schemas()
        naive = [moment.replace(tzinfo=None) for moment in MOMENTS]
        await Sample.bulk_create([Sample(label=str(at), moment=moment) for at, moment in enumerate(naive)])
        for part in PARTS:
            given = await Sample.all().order_by("id").values_list(f"moment__{part}", flat=True)
            assert given == [part_of(part, moment) for moment in naive]


async def test_parts_of_moments_are_numbers(db: Database) -> None:
    await Sample.bulk_create([Sample(label=str(at), moment=moment) for at, moment in enumerate(MOMENTS)])
    assert await Sample.filter(moment__month__gte=3, moment__hour__lt=7).count() == 1
    assert await Sample.filter(moment__year__in=[2023, 2025]).count() == 1
    assert await Sample.filter(moment__day__range=(10, 30)).count() == 3
    assert await Sample.filter(moment__year=None).count() == 0
    assert await Sample.filter(~Q(moment__year=2024)).count() == 1
    assert await Sample.filter(moment__month=F("moment__quarter")).count() == 1
    grouped = Sample.annotate(n=Count("id")).group_by("moment__year").order_by("-moment__year")
    assert await grouped.values_list("moment__year", "n") == [(2024, 5), (2023, 1)]
    for value in ("x", 1.5, [], object()):
        with refused(ValidationError, "moment__year"):
            await Sample.filter(moment__year=value)


async def test_parts_of_moments_in_documents(db: Database) -> None:
    at = dt.datetime(2024, 12, 30, 23, 45, 6, 250000, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    await Document.create(title="x", body={"at": at, "day": "2024-12-30"})
    for part, value in (("year", 2024), ("week", 1), ("hour", 23), ("second", 6), ("microsecond", 250000)):
        assert await Document.filter(body__filter={f"at__{part}": value}).count() == 1
    assert await Document.filter(body__day__day=30).count() == 1
    assert await Document.filter(body__nothing__year=2024).count() == 0
    with refused(OperationalError):
        await Document.create(title="y", body={"at": "no date"})
        await Document.filter(body__at__year=2024)


HOLDERS: tuple[Any, ...] = (
    {}, [], {"a": 1}, {"a": True}, {"a": 1.0, "b": [1, True, "x"]}, {"a": {"b": {"c": None}}}, [1], [True], ["1"], [0],
    [False, None], [[1, 2], {"a": 1}], [[[1]]], 1, True, "1", {"b": [[1]]},
)  # fmt: skip


async def test_containment(db: Database) -> None:
    await Document.bulk_create([Document(title=str(at), body=body) for at, body in enumerate(HOLDERS)])
    for inner in HOLDERS:
        found = await Document.filter(body__contains=inner).order_by("id").values_list("title", flat=True)
        assert [HOLDERS[int(at)] for at in found] == [outer for outer in HOLDERS if contained(outer, inner)], inner
        found = await Document.filter(body__contained_by=inner).order_by("id").values_list("title", flat=True)
        assert [HOLDERS[int(at)] for at in found] == [outer for outer in HOLDERS if contained(inner, outer)], inner


async def test_places_from_the_end(db: Database) -> None:
    await Document.create(title="a", body={"v": [1, 2, 3]})
    found = await Document.filter(**{"body__v__-1": 3, "body__v__-3": 1, "body__v__0": 1}).count()
    assert found == 1
    assert await Document.filter(**{"body__v__-4__isnull": True, "body__v__3__isnull": True}).count() == 1
