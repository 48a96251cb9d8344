"""Errors are Tortoise's own, and say what is wrong and what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tortoise.context import TortoiseContext, get_current_context, set_global_context
from tortoise.exceptions import (
    BaseORMException,
    ConfigurationError,
    DBConnectionError,
    DoesNotExist,
    ErrorKind,
    FieldError,
    ForeignKeyViolationError,
    IntegrityError,
    MultipleObjectsReturned,
    OperationalError,
    UniqueViolationError,
    ValidationError,
)
from tortoise.expressions import Q
from tortoise.transactions import in_transaction
from tortoise_testkit.checks import refused
from tortoise_testkit.harness import Database
from tortoise_testkit.models import Account, Book, Sample, Seat
from tortoise_testkit.samples import fill_shelf


async def test_integrity_errors_have_information(db: Database) -> None:
    await Account.create(owner="a")
    with refused(IntegrityError) as caught:
        await Account.create(owner="a")
    error = caught.value
    assert type(error) is UniqueViolationError and error.kind is ErrorKind.UNIQUE
    assert error.columns == ("owner",)
    assert error.retryable is False
    assert str(error)
    assert error.__cause__ is not None
    assert isinstance(error, OperationalError)
    assert isinstance(error, BaseORMException)


async def test_foreign_keys_are_integrity_errors_too(db: Database) -> None:
    with refused(IntegrityError) as caught:
        await Book.create(title="x", author_id=4711)
    assert type(caught.value) is ForeignKeyViolationError and caught.value.kind is ErrorKind.FOREIGN_KEY


async def test_the_connection_is_usable_after_an_error(db: Database) -> None:
    for _ in range(3):
        await Seat.create(row=1, place=_)
        with refused(IntegrityError):
            await Seat.create(row=1, place=_)
    assert await Seat.all().count() == 3


UNKNOWN: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "field": ({"titel": 1}, ("titel", "Book", 'Did you mean "title"')),
    "related field": ({"author__nam": 1}, ("nam", "Author")),
    "lookup": ({"title__contians": "x"}, ("contians",)),
    "relation": ({"autor__name": "x"}, ("autor", "Book", 'Did you mean "author"')),
    "path through a column": ({"title__pages": 1}, ("title", "pages")),
    "two lookups": ({"pages__gt__lt": 1}, ("pages",)),
}


@pytest.mark.parametrize("name", list(UNKNOWN))
async def test_unknown_names(db: Database, name: str) -> None:
    conditions, words = UNKNOWN[name]
    with refused(FieldError, *words):
        await Book.filter(**conditions)


@pytest.mark.parametrize("call", ["select_related", "prefetch_related"])
async def test_unknown_relations(db: Database, call: str) -> None:
    with refused(FieldError, "autor", 'Did you mean "author"'):
        await getattr(Book.all(), call)("autor")


async def test_nothing_found(db: Database) -> None:
    with refused(DoesNotExist, "Book") as caught:
        await Book.get(title="x")
    assert caught.value.model is Book
    assert isinstance(caught.value, OperationalError)


async def test_too_many_found(db: Database) -> None:
    await fill_shelf()
    with refused(MultipleObjectsReturned, "Book") as caught:
        await Book.get(pages__gt=1)
    assert caught.value.model is Book


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "abc"),
        ("number", []),
        ("number", 1.5),
        ("big", 2**70),
        ("ratio", "abc"),
        ("flag", "maybe"),
        ("price", "abc"),
        ("moment", "abc"),
        ("moment", 1j),
        ("key", "abc"),
        ("name", "\ud800"),
    ],
)
async def test_values_of_the_wrong_type(db: Database, column: str, value: Any) -> None:
    for conditions in ({column: value}, {f"{column}__not": value}, {f"{column}__in": [value]}):
        with refused(ValidationError, f"Sample.{column}"):
            await Sample.filter(**conditions)
    with refused(ValidationError, f"Sample.{column}"):
        await Sample.all().update(**{column: value})
    with refused(ValidationError, f"Sample.{column}"):
        await Sample.create(label="x", **{column: value})


@pytest.mark.parametrize("lookup", ["contains", "icontains", "startswith", "iexact"])
async def test_lone_surrogates_in_text_lookups(db: Database, lookup: str) -> None:
    with pytest.raises((ValidationError, OperationalError)):
        await Sample.filter(**{f"name__{lookup}": "\ud800"})


async def test_sql_that_is_wrong(db: Database) -> None:
    with refused(OperationalError):
        await db.connection.execute_query("SELECT FROM WHERE")
    with refused(OperationalError):
        await db.connection.execute_query("SELECT * FROM no_such_table_at_all")
    assert await Book.all().count() == 0


async def test_tables_that_are_not_there(db: Database) -> None:
    async with db.another(Seat, schemas=False):
        with refused(OperationalError):
            await Seat.all()


async def test_not_initialised() -> None:
    with TortoiseContext(), refused(ConfigurationError, "Seat"):
        await Seat.all()
    before = get_current_context()
    set_global_context(None)
    try:
        with refused(ConfigurationError, "Tortoise.init"):
            await Seat.all()
        with refused(ConfigurationError, "Tortoise.init"):
            await Seat.create(row=1, place=1)
    finally:
        set_global_context(before)


async def test_unknown_connections(db: Database) -> None:
    with refused(ConfigurationError, "defualt", 'Did you mean "default"'):
        await Seat.all().using_db("defualt")
    with refused(ConfigurationError, "defualt"):
        async with in_transaction("defualt"):
            pass


async def test_models_of_another_context(db: Database) -> None:
    async with db.another(Seat):
        with refused(ConfigurationError, "Account"):
            await Account.all()


async def test_a_database_that_is_not_there(db: Database) -> None:
    if db.harness.driver.path_database:
        url = db.url.replace("/tortoise-testkit", "/no-such-folder/tortoise-testkit")
    else:
        url = db.url.replace("/tortoise_testkit", "/no_such_database")
    async with TortoiseContext() as context:
        await context.init(db_url=url, modules={"models": ["tortoise_testkit.models"]})
        with refused(DBConnectionError) as caught:
            await Seat.all()
    assert isinstance(caught.value, ConnectionError)


class Mute:
    """An object of a user's whose text fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    __str__ = __repr__


MUTE: Any = Mute()
#: mistakes made with it
UNTOLD: dict[str, Callable[[], Any]] = {
    "a value": lambda: Sample.create(label="a", number=MUTE),
    "a compared value": lambda: Sample.filter(number=MUTE),
    "a list": lambda: Sample.filter(number__in=[1, MUTE]),
    "text that is looked for": lambda: Sample.filter(name__contains=MUTE),
    "a pair": lambda: Sample.filter(number__range=MUTE),
    "a condition": lambda: Sample.filter(MUTE),
    "part of a condition": lambda: Q(number=1) & MUTE,
    "an update": lambda: Sample.all().update(number=MUTE),
    "an annotation": lambda: Sample.annotate(n=MUTE),
    "a limit": lambda: Sample.all().limit(MUTE),
    "an order": lambda: Sample.all().order_by(MUTE),
    "a name": lambda: Sample.all().values(MUTE),
    "rows by key": lambda: Sample.in_bulk(MUTE),
    "a key": lambda: Sample[MUTE],
    "a relation": lambda: Book.create(title="x", author=MUTE),
    "a prefetch": lambda: Book.all().prefetch_related(MUTE),
    "a contained row": lambda: Book.all().contains(MUTE),
}


@pytest.mark.parametrize("mistake", list(UNTOLD))
async def test_objects_whose_text_fails(db: Database, mistake: str) -> None:
    with pytest.raises(BaseORMException) as caught:
        await UNTOLD[mistake]()
    assert str(caught.value)
