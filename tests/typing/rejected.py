"""Mistakes that both type checkers find.

Each stands on a line with ``type: ignore``. A checker that no longer finds the mistake reports the comment as
unnecessary, so that this file fails as soon as a mistake goes unnoticed.
"""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from accepted import Author, Book, in_one_go


async def forgotten_await() -> None:
    book = Book.get(id=1)
    print(book.title)  # type: ignore[attr-defined]
    books = Book.filter(id=1)
    print(len(books))  # type: ignore[arg-type]
    books.append(1)  # type: ignore[attr-defined]
    count: int = Book.all().count()  # type: ignore[assignment]
    print(count)


async def forgotten_await_of_a_coroutine(book: Book) -> None:
    Book.create(title="x")  # type: ignore[unused-coroutine]
    book.save()  # type: ignore[unused-coroutine]
    book.delete()  # type: ignore[unused-coroutine]
    book.refresh_from_db()  # type: ignore[unused-coroutine]
    book.fetch_related("tags")  # type: ignore[unused-coroutine]
    Book.get_or_create(id=1)  # type: ignore[unused-coroutine]
    book.tags.clear()  # type: ignore[unused-coroutine]
    in_one_go("x")  # type: ignore[unused-coroutine]
    if Book.all().count() > 3:  # type: ignore[operator]
        print(Book.all()[0].title)  # type: ignore[attr-defined]


async def none_is_possible() -> None:
    book = await Book.filter(id=1).first()
    print(book.title)  # type: ignore[union-attr]
    other: Book = await Book.get_or_none(id=1)  # type: ignore[assignment]
    print(other)


async def wrong_names_and_types(author: Author) -> None:
    book = await Book.get(id=1)
    print(book.titel)  # type: ignore[attr-defined]
    book.pages = "many"  # type: ignore[assignment]
    book.author = book  # type: ignore[assignment]
    name: int = author.name  # type: ignore[assignment]
    print(name)
    Book.all().order_buy("id")  # type: ignore[attr-defined]
    await Book.all().order_by(1)  # type: ignore[arg-type]
    await Book.filter("title")  # type: ignore[arg-type]
    await Book.all().limit("3")  # type: ignore[arg-type]
    await Book.bulk_create([author])  # type: ignore[list-item]
    await author.books.all().first().values(1)  # type: ignore[arg-type]


async def keys_and_columns_of_another_type(book: Book) -> None:
    print(book.pk.upper())  # type: ignore[attr-defined]
    pages: list[str] = await Book.all().values_list(Book.pages, flat=True)  # type: ignore[call-overload]
    print(pages)
    print(await Book.all().values_list(Book.titel))  # type: ignore[attr-defined]
