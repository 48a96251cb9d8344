"""Annotations, groups and sums."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Book, Genre, Publisher

from tortoise.expressions import F, Q
from tortoise.functions import Avg, Count, Max, Min, Sum


async def counted_books() -> Any:
    return await Author.annotate(n=Count("books")).order_by("name").values_list("name", "n")


async def counted_as_attribute() -> Any:
    return [(author.name, author.n) for author in await Author.annotate(n=Count("books")).order_by("id")]  # type: ignore[attr-defined]  # an annotation


async def filtered_by_count() -> Any:
    return await Author.annotate(n=Count("books")).filter(n__gte=2).order_by("name").values_list("name", flat=True)


async def filtered_by_no_count() -> Any:
    return await Author.annotate(n=Count("books")).filter(n=0).values_list("name", flat=True)


async def ordered_by_count() -> Any:
    return await Author.annotate(n=Count("books")).order_by("-n", "name").values_list("name", "n")


async def counted_distinct() -> Any:
    return await Author.annotate(n=Count("books__tags", distinct=True)).order_by("id").values_list("name", "n")


async def counted_with_filter() -> Any:
    n = Count("books", _filter=Q(books__genre=Genre.novel))
    return await Author.annotate(n=n).order_by("id").values_list("name", "n")


async def counted_all_rows() -> Any:
    return await Book.annotate(n=Count("id")).values("n")


async def summed_in_groups() -> Any:
    query = Book.annotate(total=Sum("pages")).group_by("genre").order_by("genre")
    return await query.values("genre", "total")


async def grouped_over_relation() -> Any:
    query = Book.annotate(n=Count("id")).group_by("author__name").order_by("author__name")
    return await query.values("author__name", "n")


async def grouped_by_two() -> Any:
    query = Book.annotate(n=Count("id")).group_by("genre", "pages").order_by("genre", "pages")
    return await query.values_list("genre", "pages", "n")


async def groups_filtered() -> Any:
    query = Book.annotate(n=Count("id")).group_by("genre").filter(n__gt=1)
    return await query.values_list("genre", "n")


async def groups_counted() -> Any:
    return await Book.annotate(n=Count("id")).group_by("genre").filter(n__gte=1).count()


async def rows_filtered_before_groups() -> Any:
    query = Book.filter(pages__gt=50).annotate(n=Count("id")).group_by("genre").order_by("genre")
    return await query.values_list("genre", "n")


async def smallest_and_largest() -> Any:
    query = Publisher.annotate(low=Min("books__pages"), high=Max("books__pages")).order_by("name")
    return await query.values("name", "low", "high")


async def average() -> Any:
    return await Author.filter(name="Ada").annotate(mean=Avg("books__pages")).values_list("mean", flat=True)


async def sum_of_decimals() -> Any:
    return await Author.filter(name="Ada").annotate(total=Sum("books__price")).values_list("total", flat=True)


async def sum_of_nothing() -> Any:
    return await Author.filter(name="Änne").annotate(total=Sum("books__pages")).values_list("total", flat=True)


async def largest_text() -> Any:
    return await Author.filter(name="Ada").annotate(last=Max("books__title")).values_list("last", flat=True)


async def sum_of_expression() -> Any:
    query = Author.filter(name="Ada").annotate(total=Sum(F("books__pages")))
    return await query.values_list("total", flat=True)


async def two_annotations() -> Any:
    query = Publisher.annotate(n=Count("books"), total=Sum("books__pages")).filter(total__gt=100).order_by("name")
    return await query.values("name", "n", "total")


async def annotation_first() -> Any:
    found = await Author.annotate(n=Count("books")).order_by("-n", "id").first()
    assert found is not None
    return found.name, found.n  # type: ignore[attr-defined]  # an annotation


async def annotation_counted() -> Any:
    return await Author.annotate(n=Count("books")).filter(n__gt=0).count()


async def annotation_exists() -> Any:
    return await Author.annotate(n=Count("books")).filter(n__gt=5).exists()


async def unknown_annotation() -> Any:
    return await Author.annotate(n=Count("nothing"))


async def annotation_that_is_no_expression() -> Any:
    return await Author.annotate(n=1)  # type: ignore[arg-type]  # the mistake
