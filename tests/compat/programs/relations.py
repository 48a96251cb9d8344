"""Relations."""

from __future__ import annotations

from typing import Any

from compat_models import Author, Book, Cover, Employee, Publisher, Tag

from tortoise.query_utils import Prefetch


async def forward() -> Any:
    book = await Book.get(title="Alpha")
    author = await book.author
    return author.name, book.author_id


async def forward_none() -> Any:
    book = await Book.get(title="beta")
    return await book.publisher, book.publisher_id


async def forward_selected() -> Any:
    book = await Book.get(title="Alpha").select_related("author", "publisher")
    return book.author.name, book.publisher.city


async def forward_selected_none() -> Any:
    book = await Book.get(title="beta").select_related("publisher")
    return book.publisher


async def forward_prefetched() -> Any:
    books = await Book.all().order_by("id").prefetch_related("author")
    return [book.author.name for book in books]


async def forward_fetched() -> Any:
    book = await Book.get(title="Alpha")
    await book.fetch_related("author", "publisher")
    return book.author.name, book.publisher.name


async def forward_assigned() -> Any:
    book = await Book.get(title="Alpha")
    book.author = await Author.get(name="Bo")
    await book.save()
    return (await Book.get(title="Alpha")).author_id == book.author.id, book.author.name


async def forward_assigned_by_key() -> Any:
    book = await Book.get(title="Alpha")
    book.author_id = (await Author.get(name="Cleo")).id
    await book.save()
    return (await (await Book.get(title="Alpha")).author).name


async def forward_assigned_none() -> Any:
    book = await Book.get(title="Alpha")
    book.publisher = None
    await book.save()
    return (await Book.get(title="Alpha")).publisher_id


async def created_with_object() -> Any:
    book = await Book.create(title="New", author=await Author.get(name="Bo"))
    return book.author.name, book.author_id


async def created_with_unsaved_object() -> Any:
    await Book.create(title="New", author=Author(name="unsaved"))


async def created_with_unknown_key() -> Any:
    await Book.create(title="New", author_id=12345)


async def backward() -> Any:
    ada = await Author.get(name="Ada")
    return sorted(book.title for book in await ada.books)


async def backward_all() -> Any:
    ada = await Author.get(name="Ada")
    return sorted(book.title for book in await ada.books.all())


async def backward_filtered() -> Any:
    ada = await Author.get(name="Ada")
    return [book.title for book in await ada.books.filter(pages__lt=50)]


async def backward_ordered_and_limited() -> Any:
    cleo = await Author.get(name="Cleo")
    ordered = [book.title for book in await cleo.books.order_by("-pages")]
    return ordered, len(await cleo.books.limit(1)), len(await cleo.books.all().offset(1).limit(5))


async def backward_counted() -> Any:
    return await (await Author.get(name="Ada")).books.all().count()


async def backward_prefetched() -> Any:
    authors = await Author.all().order_by("id").prefetch_related("books")
    return [[author.name, len(author.books), sorted(b.title for b in author.books)] for author in authors]


async def backward_used_as_list() -> Any:
    ada = await Author.get(name="Ada").prefetch_related("books")
    return len(ada.books), bool(ada.books), ada.books[0].author_id == ada.id, ada.books[0] in ada.books


async def backward_not_fetched() -> Any:
    return len((await Author.get(name="Ada")).books)


async def backward_iterated() -> Any:
    ada = await Author.get(name="Ada")
    return sorted([book.title async for book in ada.books])


async def backward_created() -> Any:
    ada = await Author.get(name="Ada")
    book = await ada.books.create(title="Made")
    return book.author_id == ada.id, await ada.books.all().count()


async def many_to_many() -> Any:
    book = await Book.get(title="Alpha")
    return sorted(tag.name for tag in await book.tags), sorted(tag.name for tag in await book.tags.all())


async def many_to_many_backward() -> Any:
    red = await Tag.get(name="red")
    return sorted(book.title for book in await red.books)


async def many_to_many_added() -> Any:
    book = await Book.get(title="Gamma 100%")
    await book.tags.add(*await Tag.all())
    return await book.tags.all().count()


async def many_to_many_added_twice() -> Any:
    book, red = await Book.get(title="Alpha"), await Tag.get(name="red")
    await book.tags.add(red)
    await book.tags.add(red, red)
    return await book.tags.all().count()


async def many_to_many_removed() -> Any:
    book, red = await Book.get(title="Alpha"), await Tag.get(name="red")
    await book.tags.remove(red)
    return [tag.name for tag in await book.tags]


async def many_to_many_cleared() -> Any:
    book = await Book.get(title="Alpha")
    await book.tags.clear()
    return await book.tags.all().count(), await Tag.all().count()


async def many_to_many_filtered() -> Any:
    book = await Book.get(title="Alpha")
    return [tag.name for tag in await book.tags.filter(name__contains="re").order_by("name")]


async def many_to_many_prefetched() -> Any:
    books = await Book.all().order_by("id").prefetch_related("tags")
    return [[book.title, sorted(tag.name for tag in book.tags)] for book in books]


async def many_to_many_of_unsaved() -> Any:
    await Book(title="x").tags.add(await Tag.get(name="red"))


async def many_to_many_with_unsaved() -> Any:
    await (await Book.get(title="Alpha")).tags.add(Tag(name="x"))


async def remove_nothing() -> Any:
    await (await Book.get(title="Alpha")).tags.remove()


async def prefetched_deep() -> Any:
    authors = await Author.all().order_by("id").prefetch_related("books__tags", "books__publisher")
    return [
        [book.title, sorted(tag.name for tag in book.tags), book.publisher and book.publisher.name]
        for author in authors
        for book in sorted(author.books, key=lambda book: book.id)
    ]


async def prefetched_with_query() -> Any:
    some = Prefetch("books", queryset=Book.filter(pages__gte=100))
    authors = await Author.all().order_by("id").prefetch_related(some)
    return [sorted(book.title for book in author.books) for author in authors]


async def prefetched_to_attribute() -> Any:
    some = Prefetch("books", queryset=Book.filter(pages__gte=100), to_attr="thick")
    authors = await Author.all().order_by("id").prefetch_related(some)
    return [sorted(book.title for book in author.thick) for author in authors]  # type: ignore[attr-defined]  # made by it


async def prefetched_ordered() -> Any:
    some = Prefetch("books", queryset=Book.all().order_by("-pages"))
    authors = await Author.all().order_by("id").prefetch_related(some)
    return [[book.title for book in author.books] for author in authors]


async def prefetched_limited() -> Any:
    some = Prefetch("books", queryset=Book.all().order_by("id").limit(1))
    authors = await Author.all().order_by("id").prefetch_related(some)
    return [len(author.books) for author in authors]


async def prefetched_unknown() -> Any:
    return await Author.all().prefetch_related("nothing")


async def selected_unknown() -> Any:
    return await Book.all().select_related("nothing")


async def fetched_for_list() -> Any:
    books = await Book.all().order_by("id")
    await Book.fetch_for_list(books, "author")
    return [book.author.name for book in books]


async def one_to_one() -> Any:
    cover = await Cover.all().select_related("book").first()
    assert cover is not None
    return cover.book.title, cover.pk == cover.book_id


async def one_to_one_backward() -> Any:
    book = await Book.get(title="Alpha")
    return (await book.cover).colour


async def one_to_one_backward_none() -> Any:
    book = await Book.get(title="beta")
    return await book.cover


async def one_to_one_prefetched() -> Any:
    books = await Book.all().order_by("id").prefetch_related("cover")
    return [book.cover and book.cover.colour for book in books]


async def one_to_one_filtered() -> Any:
    return await Book.filter(cover__colour="black").values_list("title", flat=True)


async def one_to_one_twice() -> Any:
    await Cover.create(book=await Book.get(title="Alpha"), colour="red")


async def self_relation() -> Any:
    left = await Employee.get(name="left").select_related("manager")
    chief = await Employee.get(name="chief").prefetch_related("team")
    return left.manager.name, sorted(e.name for e in chief.team), chief.manager


async def self_many_to_many() -> Any:
    left, right = await Employee.get(name="left"), await Employee.get(name="right")
    await left.friends.add(right)
    return [e.name for e in await left.friends], [e.name for e in await right.friends], [
        e.name for e in await right.friend_of
    ]  # fmt: skip


async def deleted_with_children() -> Any:
    await (await Author.get(name="Ada")).delete()
    return await Book.all().count()


async def deleted_with_null() -> Any:
    await (await Publisher.get(name="North")).delete()
    return await Book.filter(publisher_id=None).count()


async def deleted_with_links() -> Any:
    await (await Tag.get(name="red")).delete()
    return len(await (await Book.get(title="Alpha")).tags)


async def selected_deep() -> Any:
    left = await Employee.get(name="left").select_related("manager__manager")
    return left.manager.name, left.manager.manager


async def related_values() -> Any:
    return await Author.filter(name="Ada").order_by("books__title").values_list("books__title", flat=True)


async def wrong_object() -> Any:
    return await Book.create(title="x", author=await Tag.get(name="red"))
