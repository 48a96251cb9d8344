"""Conditions."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from compat_models import Author, Book, Employee, Everything, Genre, Level, Publisher, Tag

from tortoise.expressions import F, Q


async def _titles(*args: Any, **kwargs: Any) -> list[Any]:
    return sorted(await Book.filter(*args, **kwargs).distinct().values_list("title", flat=True))


async def _ids(**kwargs: Any) -> list[Any]:
    return list(await Everything.filter(**kwargs).order_by("id").values_list("id", flat=True))


async def equal() -> Any:
    return await _titles(title="Alpha")


async def not_equal() -> Any:
    return await _titles(title__not="Alpha")


async def not_equal_keeps_null() -> Any:
    return await _titles(rating__not=4.5)


async def not_none() -> Any:
    return await _titles(rating__not=None)


async def equal_none() -> Any:
    return await _titles(rating=None)


async def by_enum() -> Any:
    return await _titles(genre=Genre.novel)


async def by_value_of_enum() -> Any:
    return await _titles(genre="poetry")


async def enum_in() -> Any:
    return await _titles(genre__in=[Genre.poetry, Genre.science])


async def int_enum() -> Any:
    return await _ids(level=Level.high)


async def int_enum_by_value() -> Any:
    return await _ids(level=1)


async def greater() -> Any:
    return await _titles(pages__gt=100), await _titles(pages__gte=100)


async def less() -> Any:
    return await _titles(pages__lt=100), await _titles(pages__lte=100)


async def between() -> Any:
    return await _titles(pages__range=(40, 100)), await _titles(pages__range=[100, 250])


async def listed() -> Any:
    return await _titles(pages__in=[40, 300]), await _titles(pages__in=(40,)), await _titles(pages__in={300})


async def listed_nothing() -> Any:
    return await _titles(pages__in=[]), await _titles(pages__not_in=[])


async def not_listed() -> Any:
    return await _titles(pages__not_in=[40, 300])


async def not_listed_keeps_null() -> Any:
    return await _titles(rating__not_in=[4.5])


async def is_null() -> Any:
    return await _titles(rating__isnull=True), await _titles(rating__isnull=False)


async def is_not_null() -> Any:
    return await _titles(rating__not_isnull=True), await _titles(rating__not_isnull=False)


async def contains_percent() -> Any:
    return await _titles(title__contains="100%"), await _titles(title__contains="%")


async def contains_underscore() -> Any:
    return await _titles(title__contains="_x"), await _titles(title__contains="a_x")


async def insensitive_contains() -> Any:
    return await _titles(title__icontains="ALPHA"), await _titles(title__icontains="ET")


async def starts() -> Any:
    return await _titles(title__startswith="Gam"), await _titles(title__istartswith="gam")


async def ends() -> Any:
    return await _titles(title__endswith="ta"), await _titles(title__iendswith="TA")


async def case_of_contains() -> Any:
    return await _titles(title__contains="alpha"), await _titles(title__startswith="ALPHA")


async def exact_insensitive() -> Any:
    return await _titles(title__iexact="BETA")


async def accents() -> Any:
    return sorted(await Author.filter(name="Änne").values_list("name", flat=True))


async def text_in_numbers() -> Any:
    return await _titles(pages__contains="0"), await _titles(pages__startswith="1")


async def backslash() -> Any:
    await Tag.create(name="a\\b")
    return len(await Tag.filter(name__contains="\\")), len(await Tag.filter(name="a\\b"))


async def nul_character() -> Any:
    return await Tag.filter(name__contains="\x00").count()


async def decimals() -> Any:
    return await _titles(price=Decimal("9.99")), await _titles(price__gt=Decimal("7")), await _titles(price__lt="6")


async def dates() -> Any:
    return await _ids(day=date(2024, 2, 29)), await _ids(day__gt=date(2000, 1, 1))


async def moments() -> Any:
    return await _ids(moment__gt=datetime(2000, 1, 1, tzinfo=timezone.utc))


async def moment_with_offset() -> Any:
    return await _ids(moment=datetime(1999, 12, 30, 19, 0, tzinfo=timezone.utc))


async def parts_of_dates() -> Any:
    return await _ids(day__year=2024), await _ids(day__month=2), await _ids(day__day=29)


async def parts_of_moments() -> Any:
    return await _ids(moment__year=2024), await _ids(moment__hour=23), await _ids(moment__minute=30)


async def quarter_and_week() -> Any:
    return await _ids(day__quarter=1), await _ids(day__week=9)


async def spans() -> Any:
    return await _ids(span=timedelta(days=1, microseconds=5)), await _ids(span__lt=timedelta(0))


async def uuids() -> Any:
    return await _ids(token=UUID(int=42)), await _ids(token=str(UUID(int=7)))


async def binaries() -> Any:
    return await _ids(blob=b"\x00\xff")


async def flags() -> Any:
    return await _ids(flag=True), await _ids(flag=False), await _ids(flag=1)


async def floats() -> Any:
    return await _ids(ratio=0.5), await _ids(ratio__lt=0)


async def big_numbers() -> Any:
    return await _ids(big=2**40), await _ids(big__lt=0), await _ids(small=7)


async def document_parts() -> Any:
    return await _ids(document__filter={"c": "x"}), await _ids(document__filter={"a__b__isnull": False})


async def document_contains() -> Any:
    return await _ids(document__contains={"c": "x"})


async def q_or_and_not() -> Any:
    return await _titles(Q(pages__gt=200) | (Q(genre=Genre.novel) & ~Q(title="Alpha")))


async def q_with_join_type() -> Any:
    return await _titles(Q(pages=40, title="Alpha", join_type="OR"))


async def q_of_qs() -> Any:
    return await _titles(Q(Q(pages=40), Q(title="beta"), join_type=Q.AND))


async def q_empty() -> Any:
    return await _titles(Q()), bool(Q()), bool(Q(pages=1))


async def q_empty_in_or() -> Any:
    one = Q(pages=100)
    found = [await _titles(q) for q in (Q() | one, one | Q(), ~Q() | one, ~(Q() | one), Q() | Q() | one)]
    return found, await Book.exclude(Q() | one).count()


async def q_empty_grown_by_or() -> Any:
    q = Q()
    for pages in (40, 300):
        q |= Q(pages=pages)
    await Book.filter(q).delete()
    return await _titles()


async def q_negated() -> Any:
    q = Q(pages=100)
    q.negate()
    return await _titles(q)


async def excluded() -> Any:
    return sorted(await Book.exclude(genre=Genre.novel).values_list("title", flat=True))


async def excluded_both() -> Any:
    return sorted(await Book.exclude(genre=Genre.novel, pages=100).values_list("title", flat=True))


async def filter_of_filter() -> Any:
    return await Book.filter(genre=Genre.novel).filter(pages=100).order_by("title").values_list("title", flat=True)


async def compared_with_column() -> Any:
    await Book.filter(title="beta").update(rating=40)
    return await _titles(rating=F("pages"))


async def over_relation() -> Any:
    return await _titles(author__name="Ada")


async def over_two_relations() -> Any:
    return sorted(await Author.filter(books__tags__name="red").distinct().values_list("name", flat=True))


async def relation_object() -> Any:
    return await _titles(author=await Author.get(name="Ada"))


async def relation_key() -> Any:
    ada = await Author.get(name="Ada")
    return await _titles(author_id=ada.id), await _titles(author=ada.id), await _titles(author__id=ada.id)


async def relation_none() -> Any:
    return await _titles(publisher=None), await _titles(publisher_id=None), await _titles(publisher__isnull=True)


async def relation_keys_in() -> Any:
    keys = list(await Author.filter(name__in=["Ada", "Bo"]).values_list("id", flat=True))
    return await _titles(author_id__in=keys)


async def many_to_many() -> Any:
    return await _titles(tags__name="red"), await _titles(tags=await Tag.get(name="green"))


async def many_to_many_in() -> Any:
    tags = await Tag.filter(name__in=["green", "blue"])
    return await _titles(tags__in=tags)


async def no_backward_rows() -> Any:
    return sorted(await Author.filter(books__isnull=True).values_list("name", flat=True))


async def backward_rows() -> Any:
    return sorted(await Publisher.filter(books__pages__gt=200).distinct().values_list("name", flat=True))


async def self_relation() -> Any:
    return sorted(await Employee.filter(manager__name="chief").values_list("name", flat=True))


async def backward_self_relation() -> Any:
    return sorted(await Employee.filter(team__name="left").values_list("name", flat=True))


async def pk_lookups() -> Any:
    return await _ids(pk=1), await _ids(pk__in=[1, 3]), await _ids(pk__gt=1)


async def unknown_field() -> Any:
    return await _titles(tittle="Alpha")
