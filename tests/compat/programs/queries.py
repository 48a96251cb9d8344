"""Querysets."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Book, Genre, Publisher, Tag

from tortoise.expressions import F


async def all_rows() -> Any:
    return sorted(book.title for book in await Book.all())


async def ordered() -> Any:
    return await Book.all().order_by("pages", "-title").values_list("title", flat=True)


async def ordered_over_relation() -> Any:
    return await Book.all().order_by("author__name", "title").values_list("title", flat=True)


async def ordered_by_meta() -> Any:
    return [publisher.name for publisher in await Publisher.all()]


async def ordered_again() -> Any:
    return await Book.all().order_by("title").order_by("-pages", "title").values_list("title", flat=True)


async def limited() -> Any:
    return await Book.all().order_by("id").limit(2).values_list("id", flat=True)


async def offset() -> Any:
    return await Book.all().order_by("id").limit(2).offset(3).values_list("id", flat=True)


async def sliced() -> Any:
    return [book.id for book in await Book.all().order_by("id")[1:3]]


async def first() -> Any:
    return await Book.all().order_by("-id").first(), await Book.filter(id=0).first(), await Book.first()


async def last() -> Any:
    return await Book.all().order_by("id").last(), await Book.filter(id=0).last(), await Book.last()


async def latest() -> Any:
    return await Book.latest("pages"), await Book.earliest("pages"), await Book.all().latest("title")


async def latest_of_two() -> Any:
    return await Book.all().earliest("pages", "title")


async def get() -> Any:
    return (await Book.get(title="Alpha")).pages


async def get_none() -> Any:
    return await Book.get(title="nothing")


async def get_many() -> Any:
    return await Book.get(genre=Genre.novel)


async def get_or_none() -> Any:
    return await Book.get_or_none(title="Alpha"), await Book.get_or_none(title="nothing")


async def get_or_none_many() -> Any:
    return await Book.get_or_none(genre=Genre.novel)


async def get_by_index() -> Any:
    return await Book[1]


async def get_by_wrong_index() -> Any:
    return await Book[77]


async def counted() -> Any:
    return await Book.all().count(), await Book.filter(pages=100).count(), await Book.filter(id=0).count()


async def counted_with_limit() -> Any:
    return await Book.all().limit(2).count(), await Book.all().offset(4).count()


async def existing() -> Any:
    return await Book.filter(pages=100).exists(), await Book.filter(pages=1).exists(), await Book.exists(title="beta")


async def containing() -> Any:
    book = await Book.get(title="Alpha")
    return await Book.filter(pages=100).contains(book), await Book.filter(pages=40).contains(book)


async def values() -> Any:
    return await Book.filter(title="Alpha").values("title", "pages", "price")


async def values_all() -> Any:
    return await Tag.filter(name="red").values()


async def values_renamed() -> Any:
    return await Book.filter(title="Alpha").values(name="title", who="author__name")


async def values_over_relations() -> Any:
    return await Book.all().order_by("id").values("title", "author__name", "publisher__city")


async def values_of_many_to_many() -> Any:
    return sorted(map(tuple, await Book.filter(title="Alpha").values_list("title", "tags__name")))


async def values_list() -> Any:
    return await Book.all().order_by("id").values_list("id", "title")


async def values_list_flat() -> Any:
    return await Book.all().order_by("id").values_list("genre", flat=True)


async def values_list_flat_of_two() -> Any:
    return await Book.all().values_list("id", "title", flat=True)


async def first_values() -> Any:
    return await Book.all().order_by("id").first().values("id"), await Book.filter(id=0).first().values("id")


async def get_values() -> Any:
    return await Book.get(title="Alpha").values("id", "genre")


async def get_values_list() -> Any:
    return await Book.get(title="Alpha").values_list("id", "pages")


async def distinct_values() -> Any:
    return sorted(await Book.all().distinct().values_list("pages", flat=True))


async def distinct_over_join() -> Any:
    return await Book.filter(tags__name__in=["red", "green"]).distinct().count()


async def duplicates_over_join() -> Any:
    return len(await Author.filter(books__tags__name__in=["red", "green"]))


async def only_some() -> Any:
    book = await Book.all().only("id", "title").get(title="Alpha")
    return book.id, book.title


async def only_missing() -> Any:
    book = await Book.all().only("id", "title").get(title="Alpha")
    return book.pages


async def only_saved() -> Any:
    book = await Book.all().only("id", "title").get(title="Alpha")
    book.title = "Omega"
    await book.save(update_fields=["title"])
    return await Book.get(id=book.id).values("title", "pages")


async def union() -> Any:
    return sorted(b.title for b in await Book.filter(pages=100).union(Book.filter(genre=Genre.poetry)))


async def union_all() -> Any:
    return len(await Book.filter(pages=100).union(Book.filter(title="Alpha"), all=True))


async def union_ordered() -> Any:
    query = Book.filter(pages=100).union(Book.filter(pages=40)).order_by("-title")
    return [book.title for book in await query]


async def union_limited() -> Any:
    query = Book.filter(pages=100).union(Book.filter(pages=40)).order_by("title").limit(1).offset(1)
    return [book.title for book in await query]


async def union_counted() -> Any:
    return await Book.filter(pages=100).union(Book.filter(pages=40)).count()


async def updated() -> Any:
    changed = await Book.filter(pages=100).update(rating=1.0)
    return changed, await Book.filter(rating=1.0).count()


async def updated_nothing() -> Any:
    return await Book.filter(id=0).update(rating=1.0)


async def updated_relation() -> Any:
    bo = await Author.get(name="Bo")
    await Book.filter(title="Alpha").update(author=bo)
    return await Book.get(title="Alpha").values_list("author__name")


async def updated_relation_key() -> Any:
    await Book.filter(title="Alpha").update(publisher_id=None)
    return (await Book.get(title="Alpha")).publisher_id


async def deleted() -> Any:
    return await Book.filter(pages=100).delete(), await Book.all().count()


async def deleted_with_limit() -> Any:
    await Book.all().order_by("id").limit(1).delete()
    return sorted(await Book.all().values_list("id", flat=True))


async def deleted_nothing() -> Any:
    return await Book.filter(id=0).delete()


async def iterated() -> Any:
    return [book.id async for book in Book.all().order_by("id")]


async def iterated_values() -> Any:
    return [row async for row in Book.all().order_by("id").limit(2).values("id")]


async def raw_rows() -> Any:
    books = await Book.raw('SELECT * FROM "book" WHERE pages = 100 ORDER BY id')
    return [(type(book).__name__, book.title, book.price) for book in books]


async def raw_on_query() -> Any:
    return [book.id for book in await Book.all().raw('SELECT * FROM "book" ORDER BY id')]


async def in_bulk() -> Any:
    found = await Book.in_bulk([1, 3, 77])
    return {key: book.title for key, book in found.items()}


async def in_bulk_by_field() -> Any:
    found = await Publisher.in_bulk(["North", "nowhere"], "name")
    return {key: publisher.city for key, publisher in found.items()}


async def reused() -> Any:
    query = Book.filter(pages__gt=50)
    return await query.count(), len(await query), await query.filter(pages=100).count(), await query.count()


async def selected_for_update() -> Any:
    from tortoise.transactions import in_transaction

    async with in_transaction():
        return (await Book.select_for_update().get(title="Alpha")).title


async def get_with_prefetch() -> Any:
    book = await Book.get(title="Alpha").prefetch_related("tags")
    return sorted(tag.name for tag in book.tags)


async def negative_limit() -> Any:
    return await Book.all().limit(-1)


async def unknown_order() -> Any:
    return await Book.all().order_by("nothing")


async def explained() -> Any:
    return bool(await Book.filter(pages=100).explain())


async def asked_limits() -> Any:
    query = Book.all().limit(3).offset(2)
    return [query._limit, query._offset, query._distinct, query.distinct()._distinct, Book.all()._limit]


async def asked_orderings() -> Any:
    orderings = Book.all().order_by("-title", "id")._orderings
    return [[(name, order.value) for name, order in orderings], Book.all()._orderings]


async def asked_annotations() -> Any:
    return sorted(Book.annotate(a=F("id"), b=F("pages"))._annotations)


async def columns_of_keys() -> Any:
    fields = Book._meta.fields_map
    return [fields["author_id"].reference is fields["author"], fields["title"].reference]


async def values_behind_only() -> Any:
    return Book.all().only("title").values("title")


async def sql_is_text() -> Any:
    return isinstance(Book.filter(pages=100).sql(), str)
