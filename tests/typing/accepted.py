"""Programs that both type checkers accept as they stand, with the types a user counts on."""

# pyright: strict
# what assert_type gives back is a query that may well go unused
# mypy: disable-error-code="unused-awaitable"

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Any, Optional
from uuid import UUID

from tortoise import Model, Tortoise, fields, run_async
from tortoise.expressions import Case, F, Lateral, OuterRef, Q, RawSQL, Subquery, When
from tortoise.functions import Count, Lower, StringAgg, Upper
from tortoise.manager import Manager
from tortoise.query_utils import Prefetch
from tortoise.queryset import QuerySet
from tortoise.signals import Signals, post_save, pre_delete
from tortoise.transactions import IsolationLevel, atomic, in_transaction

if TYPE_CHECKING:
    from typing_extensions import assert_type


class Author(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=100)
    books: fields.ReverseRelation[Book]


class Tag(Model):
    id = fields.IntField(primary_key=True)
    label = fields.CharField(max_length=20, unique=True)


class Book(Model):
    id = fields.BigIntField(primary_key=True)
    title = fields.TextField()
    pages = fields.SmallIntField(default=0)
    weight = fields.FloatField(default=0.0)
    price = fields.DecimalField(max_digits=8, decimal_places=2)
    printed = fields.DatetimeField(auto_now_add=True)
    sold_out = fields.BooleanField(default=False)
    code = fields.UUIDField()
    extra = fields.JSONField(default=dict)
    author: fields.ForeignKeyRelation[Author] = fields.ForeignKeyField("models.Author", related_name="books")
    tags: fields.ManyToManyRelation[Tag] = fields.ManyToManyField("models.Tag", related_name="books")

    class Meta:
        ordering = ("-id",)


class Cover(Model):
    book: fields.OneToOneRelation[Book] = fields.OneToOneField("models.Book", related_name="cover", primary_key=True)
    artist: fields.OneToOneNullableRelation[Author] = fields.OneToOneField("models.Author", null=True)


class Bound(Model):
    cover: fields.BackwardOneToOneRelation[Cover]


async def relations_to_one(cover: Cover, bound: Bound) -> None:
    assert_type(cover.book, Book)
    assert_type(await cover.book, Book)
    assert_type(cover.artist, Optional[Author])
    assert_type(bound.cover, Cover)


async def prefetching(author: Author, authors: list[Author]) -> None:
    some = Prefetch("books", Book.filter(pages__gt=5).limit(2), to_attr="some")
    assert_type(Author.all().prefetch_related("books", some), QuerySet[Author])
    assert_type(await Author.get(id=1).prefetch_related(some), Author)
    await author.fetch_related("books", some)
    await Author.fetch_for_list(authors, some)


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class Level(IntEnum):
    LOW = 1


class CodeField(fields.CharField):
    """A field of a user's own."""


class Stock(Model):
    count = fields.IntField(null=True)
    note = fields.TextField(null=True)
    price = fields.DecimalField(max_digits=8, decimal_places=2, null=True)
    counted = fields.DatetimeField(null=True)
    day = fields.DateField(null=True)
    since = fields.TimeField()
    span = fields.TimeDeltaField()
    image = fields.BinaryField(null=True)
    size = fields.CharEnumField(Size)
    other: Optional[Size] = fields.CharEnumField(Size, null=True)
    level: Level = fields.IntEnumField(Level, default=Level.LOW)
    code = CodeField(max_length=5)
    old_code = CodeField(max_length=5, null=True)


def nullable(stock: Stock) -> None:
    assert_type(stock.count, Optional[int])
    assert_type(stock.note, Optional[str])
    assert_type(stock.price, Optional[Decimal])
    assert_type(stock.counted, Optional[dt.datetime])
    assert_type(stock.day, Optional[dt.date])
    assert_type(stock.since, dt.time)
    assert_type(stock.span, dt.timedelta)
    assert_type(stock.image, Optional[bytes])
    assert_type(stock.size, Size)
    assert_type(stock.code, str)
    stock.count = None


def columns(book: Book, author: Author) -> None:
    assert_type(book.id, int)
    assert_type(book.title, str)
    assert_type(book.pages, int)
    assert_type(book.weight, float)
    assert_type(book.price, Decimal)
    assert_type(book.printed, dt.datetime)
    assert_type(book.sold_out, bool)
    assert_type(book.code, UUID)
    assert_type(author.name, str)
    book.title = "Walden"
    book.pages += 1
    book.author = author


async def instances() -> None:
    assert_type(await Book.get(id=1), Book)
    assert_type(await Book.get_or_none(id=1), Optional[Book])
    assert_type(await Book.first(), Optional[Book])
    assert_type(await Book.filter(id=1).first(), Optional[Book])
    assert_type(await Book.filter(id=1).get(pages=3), Book)
    assert_type(await Book.create(title="x", price=Decimal(1)), Book)
    found = await Book.get(title="x").prefetch_related("tags")
    assert_type(found, Book)
    await found.save()
    await found.refresh_from_db()
    await found.delete()


async def many() -> None:
    assert_type(Book.all(), QuerySet[Book])
    assert_type(Book.filter(Q(pages__gt=1) | ~Q(title="")), QuerySet[Book])
    chain = Book.exclude(id=1).order_by("-id").limit(3).offset(1).distinct()
    assert_type(chain, QuerySet[Book])
    assert_type(chain.select_related("author").prefetch_related("tags"), QuerySet[Book])
    assert_type(chain[:5], QuerySet[Book])
    assert_type(await chain, list[Book])
    async for book in chain:
        assert_type(book, Book)
    assert_type(await chain.count(), int)
    assert_type(await chain.exists(), bool)
    assert_type(await chain.update(pages=F("pages") + 1), int)
    assert_type(await chain.delete(), int)


async def further() -> None:
    assert_type(await Book.all().latest("id"), Optional[Book])
    assert_type(await Book.all().last(), Optional[Book])
    assert_type(Book.all().only("id").select_for_update(), QuerySet[Book])
    assert_type(await Book.filter(id=1).union(Book.filter(id=2)).order_by("id"), list[Book])
    assert_type(await Book.filter(id=1).union(Book.filter(id=2)).count(), int)
    assert_type(await Book.raw("SELECT * FROM book WHERE id = :id", parameters={"id": 1}), list[Book])
    assert_type(await Book.all().in_bulk([1, 2]), dict[Any, Book])
    async for book in Book.all().stream(chunk_size=10):
        assert_type(book, Book)
    assert_type(await Book.filter(id__in=Subquery(Book.all().values("id"))), list[Book])
    assert_type(await Book.annotate(name=Upper("title"), one=RawSQL("1")).first(), Optional[Book])
    below = Lateral(Book.filter(pages__lt=OuterRef("pages")).limit(1).values("title"))
    assert_type(await Book.annotate(below=below, all=Lateral(Book.all())).filter(below__title="a"), list[Book])


async def values() -> None:
    assert_type(await Book.all().values_list("id", "title"), list[tuple[Any, ...]])
    assert_type(await Book.all().values("id", "title"), list[dict[str, Any]])
    assert_type(await Book.filter(id=1).first().values("id"), Optional[dict[str, Any]])
    assert_type(await Book.get(id=1).values("id"), dict[str, Any])
    kind = Case(When(pages__lt=50, then="short"), default="long")
    counts = Book.annotate(kind=kind, n=Count("id")).group_by("kind").values("kind", "n")
    assert_type(await counts, list[dict[str, Any]])


async def relations(author: Author, book: Book, tag: Tag) -> None:
    assert_type(await author.books.all(), list[Book])
    assert_type(await author.books.filter(pages=1), list[Book])
    assert_type([each for each in author.books], list[Book])
    await book.tags.add(tag)
    assert_type(await book.tags.all().first(), Optional[Tag])


@atomic()
async def in_one_go(name: str) -> Author:
    async with in_transaction() as connection:
        return await Author.create(name=name, using_db=connection)


async def main() -> None:
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["accepted"]})
    await Tortoise.generate_schemas()
    assert_type(await in_one_go("Thoreau"), Author)
    await Tortoise.close_connections()


if __name__ == "__main__":
    run_async(main())


class Page(Model):
    code = fields.CharField(max_length=5, primary_key=True)
    text = fields.TextField(null=True)
    book: fields.ForeignKeyNullableRelation[Book] = fields.ForeignKeyField("models.Book", null=True)


class Note(Model):
    id: int
    text = fields.TextField()


async def keys(book: Book, note: Note, page: Page, any_row: Model) -> None:
    assert_type(book.pk, int)
    assert_type((await Author.get(id=1)).pk, int)
    assert_type(note.pk, int)
    assert_type(page.pk, Any)
    assert_type(any_row.pk, Any)
    page.pk = "x"
    note.pk = 3
    print(sorted([each.pk for each in await Note.all()]))


async def columns_by_their_attributes(page: Page) -> None:
    assert_type(await Book.all().values_list(Book.pages, flat=True), "list[int]")
    assert_type(await Page.filter(code="x").values_list(Page.text, flat=True), "list[Optional[str]]")
    assert_type(await Book.all().values_list(Book.id, Book.title), "list[tuple[int, str]]")
    three = Book.all().order_by("id").values_list(Book.id, Book.title, Book.price)
    assert_type(await three, "list[tuple[int, str, Decimal]]")
    async for found in three:
        assert_type(found[2], Decimal)
    assert_type(await Book.all().first().values_list(Book.title, flat=True), Optional[str])
    assert_type(await Book.get(id=1).values_list(Book.title, flat=True), str)
    assert_type(await Book.all().values_list("pages", flat=True), "list[Any]")
    assert_type(await Book.all().values_list(Book.id, "author__name"), "list[tuple[Any, ...]]")
    if page.book is not None:
        assert_type(await page.book, Book)


async def rows_of_writes() -> None:
    assert_type(await Book.filter(id=1).update(title="x").returning(), "list[Book]")
    assert_type(await Book.filter(id=1).update(title="x").returning("id"), "list[dict[str, Any]]")
    assert_type(await Book.all().delete().returning(), "list[Book]")
    assert_type(await Book.all().delete().returning("id", key="title"), "list[dict[str, Any]]")
    assert_type(await Book.all().order_by(F("title").desc(nulls_last=True), "id", Lower("title")), "list[Book]")
    assert_type(await Book.all().distinct("title").select_for_share(key_only=True), "list[Book]")
    print(Author.annotate(n=StringAgg("books__title", ", ", order_by=F("books__title").desc())))

    @atomic(isolation=IsolationLevel.SERIALIZABLE, retries=3)
    async def work(number: int) -> str:
        return str(number)

    assert_type(await work(5), str)
    async with in_transaction(isolation="read committed", read_only=True):
        pass


class Shown(Manager["Pen"]):
    def get_queryset(self) -> QuerySet[Pen]:
        return super().get_queryset().filter(empty=False)

    def red(self) -> QuerySet[Pen]:
        return self.filter(colour="red")


class Pen(Model):
    id = fields.IntField(primary_key=True)
    colour = fields.CharField(max_length=20)
    empty = fields.BooleanField(default=False)
    everything: Manager[Pen] = Manager()
    shown = Shown()
    any = Manager()

    class Meta:
        manager = Shown()


async def managers() -> None:
    assert_type(await Pen.everything.all(), "list[Pen]")
    assert_type(await Pen.everything.filter(empty=True).first(), "Optional[Pen]")
    assert_type(await Pen.everything.get(id=1), Pen)
    assert_type(await Pen.shown.red().count(), int)
    assert_type(await Pen.shown.get_or_none(id=1), "Optional[Pen]")
    await Pen.any.filter(id=1)


async def by_key_and_copies(pen: Pen) -> None:
    assert_type(await Pen[1], Pen)
    assert_type(await Pen.in_bulk([1, 2]), "dict[Any, Pen]")
    assert_type(pen.clone(pk=5), Pen)
    assert_type(Pen.construct(colour="red"), Pen)
    assert_type(pen.update_from_dict({"colour": "blue"}), Pen)


async def upserts(pens: list[Pen]) -> None:
    assert_type(await Pen.get_or_create(id=1, defaults={"colour": "red"}), "tuple[Pen, bool]")
    pen, created = await Pen.update_or_create({"colour": "red"}, id=1)
    assert_type(pen, Pen)
    assert_type(created, bool)
    assert_type(await Pen.bulk_create(pens, ignore_conflicts=True), "list[Pen]")
    assert_type(await Pen.bulk_create(pens, on_conflict=["id"], update_fields=("colour",)), "list[Pen]")
    assert_type(await Pen.bulk_update(pens, ["colour"], batch_size=100), int)


@post_save(Pen, Book)
async def saved(sender: type[Model], instance: Model, created: bool, using_db: Any, update_fields: Any) -> int:
    return 1


@pre_delete(Pen)
async def deleting(sender: type[Pen], instance: Pen, using_db: Any) -> None:
    Pen.register_listener(Signals.post_delete, deleting)


async def listened() -> None:
    assert_type(await saved(Pen, Pen(), True, None, None), int)
