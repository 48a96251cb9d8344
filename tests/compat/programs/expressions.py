"""Computed values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from compat_models import Author, Book, Employee, Genre, Publisher

from tortoise.expressions import Case, F, Q, RawSQL, Subquery, When
from tortoise.functions import Coalesce, Concat, Count, Length, Lower, Max, Trim, Upper


async def _one(expression: Any) -> Any:
    return await Book.filter(title="Alpha").annotate(x=expression).values_list("x", flat=True)


async def added() -> Any:
    await Book.filter(title="Alpha").update(pages=F("pages") + 5)
    return (await Book.get(title="Alpha")).pages


async def subtracted_and_multiplied() -> Any:
    await Book.filter(title="Alpha").update(pages=F("pages") * 2 - 1)
    return (await Book.get(title="Alpha")).pages


async def divided() -> Any:
    await Book.filter(title="Alpha").update(rating=F("rating") / 2)
    return (await Book.get(title="Alpha")).rating


async def from_the_right() -> Any:
    await Book.filter(title="Alpha").update(pages=1000 - F("pages"))
    return (await Book.get(title="Alpha")).pages


async def remainder() -> Any:
    await Book.filter(title="Gamma 100%").update(pages=F("pages") % 7)
    return (await Book.get(title="Gamma 100%")).pages


async def two_columns() -> Any:
    await Book.filter(title="Alpha").update(pages=F("pages") + F("id"))
    return (await Book.get(title="Alpha")).pages


async def decimal_arithmetic() -> Any:
    await Book.filter(title="beta").update(price=F("price") + Decimal("0.50"))
    return (await Book.get(title="beta")).price


async def annotated_arithmetic() -> Any:
    return await _one(F("pages") + 1)


async def filtered_arithmetic() -> Any:
    return await Book.annotate(x=F("pages") + 1).filter(x=101).order_by("id").values_list("title", flat=True)


async def on_instance() -> Any:
    book = await Book.get(title="Alpha")
    book.pages = F("pages") + 1
    await book.save(update_fields=["pages"])
    await book.refresh_from_db()
    return book.pages


async def lower_and_upper() -> Any:
    return await _one(Lower("title")), await _one(Upper("title"))


async def length() -> Any:
    return await _one(Length("title"))


async def trimmed() -> Any:
    author = await Author.create(name="  x ")
    return await Author.filter(id=author.id).annotate(x=Trim("name")).values_list("x", flat=True)


async def concatenated() -> Any:
    return await _one(Concat(F("title"), " by ", F("author__name")))


async def coalesced() -> Any:
    query = Book.annotate(x=Coalesce("rating", 0.0)).order_by("id")
    return await query.values_list("x", flat=True)


async def nested_functions() -> Any:
    return await _one(Upper(Trim("title")))


async def ordered_by_function() -> Any:
    return await Book.annotate(x=Lower("title")).order_by("x").values_list("title", flat=True)


async def filtered_by_function() -> Any:
    return await Book.annotate(x=Lower("title")).filter(x="alpha").values_list("title", flat=True)


async def case_of_texts() -> Any:
    kind = Case(When(pages__gte=250, then="long"), When(pages__lt=50, then="short"), default="middle")
    return await Book.annotate(x=kind).order_by("id").values_list("x", flat=True)


async def case_of_numbers() -> Any:
    kind = Case(When(genre=Genre.novel, then=1), default=0)
    return await Book.annotate(x=kind).order_by("id").values_list("x", flat=True)


async def case_without_default() -> Any:
    kind = Case(When(Q(pages__gte=250) | Q(title="beta"), then="found"))
    return await Book.annotate(x=kind).order_by("id").values_list("x", flat=True)


async def case_of_columns() -> Any:
    kind = Case(When(pages__gte=250, then=F("pages")), default=F("id"))
    return await Book.annotate(x=kind).order_by("id").values_list("x", flat=True)


async def filtered_by_case() -> Any:
    kind = Case(When(pages__gte=250, then="long"), default="short")
    return await Book.annotate(x=kind).filter(x="long").order_by("id").values_list("id", flat=True)


async def case_in_update() -> Any:
    await Book.all().update(title=Case(When(title="Alpha", then="First"), default=F("title")))
    return sorted(await Book.all().values_list("title", flat=True))


async def subquery_in_filter() -> Any:
    most = Book.annotate(m=Max("pages")).values("m")
    return await Book.filter(pages=Subquery(most)).values_list("title", flat=True)


async def subquery_listed() -> Any:
    keys = Author.filter(name__in=["Ada", "Bo"]).values("id")
    return await Book.filter(author_id__in=Subquery(keys)).order_by("id").values_list("title", flat=True)


async def subquery_annotated() -> Any:
    city = Publisher.filter(name="North").limit(1).values("city")
    return await Book.annotate(x=Subquery(city)).order_by("id").limit(1).values_list("x", flat=True)


async def subquery_of_queryset() -> Any:
    keys = Book.filter(pages=100).values_list("id", flat=True)
    return await Book.filter(id__in=Subquery(keys)).order_by("id").values_list("id", flat=True)


async def raw_annotated() -> Any:
    return await Book.annotate(x=RawSQL("pages * 2")).filter(title="Alpha").values_list("x", flat=True)


async def raw_in_filter() -> Any:
    return await Book.filter(pages=RawSQL("50 + 50")).order_by("id").values_list("id", flat=True)


async def count_of_case() -> Any:
    n = Count(Case(When(books__pages__gte=100, then="1"), default=None))
    return await Author.annotate(n=n).order_by("id").values_list("name", "n")


async def on_self_relation() -> Any:
    query = Employee.annotate(boss=F("manager__name")).order_by("id")
    return await query.values_list("name", "boss")


async def nested_arithmetic() -> Any:
    return await _one((F("pages") + 1) * 2)


async def negative() -> Any:
    return await _one(-F("pages"))


async def unknown_column() -> Any:
    return await _one(F("nothing") + 1)
