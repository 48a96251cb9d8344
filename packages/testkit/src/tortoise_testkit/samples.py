"""Rows that many cases look at, and what plain Python says about them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from tortoise_testkit.models import UTC, Author, Book, Country, Publisher, Sample, Tag


class Shelf(NamedTuple):
    """The bookshop, filled by `fill_shelf`."""

    countries: dict[str, Country]
    authors: dict[str, Author]
    publishers: dict[str, Publisher]
    tags: dict[str, Tag]
    books: dict[str, Book]


async def fill_shelf() -> Shelf:
    """Four books by two of three authors; with and without editor, publisher, tags, pages and price.

    ======  ======  =====  =====  ======  =========  =========
    title   author  pages  price  editor  publisher  tags
    ======  ======  =====  =====  ======  =========  =========
    Alpha   Ann     100    10.00  Ben     Acme       red, blue
    Beta    Ann     200    20.50  -       -          red
    Gamma   Ben     300    -      -       Acme       -
    Delta   Ben     -      5.25   Ann     -          blue
    ======  ======  =====  =====  ======  =========  =========

    Ann is of Norway (born 1950), Ben of Kenya (1960), Cid of nowhere; Acme is of Norway, Void (no books) of nowhere.
    """
    countries = {name: await Country.create(name=name) for name in ("Norway", "Kenya")}
    ann = await Author.create(name="Ann", born=1950, country=countries["Norway"])
    ben = await Author.create(name="Ben", born=1960, country=countries["Kenya"])
    cid = await Author.create(name="Cid")
    acme = await Publisher.create(name="Acme", country=countries["Norway"])
    void = await Publisher.create(name="Void")
    tags = {name: await Tag.create(name=name) for name in ("red", "green", "blue")}
    alpha = await Book.create(title="Alpha", pages=100, price=Decimal("10.00"), author=ann, editor=ben, publisher=acme)
    beta = await Book.create(title="Beta", pages=200, price=Decimal("20.50"), author=ann)
    gamma = await Book.create(title="Gamma", pages=300, author=ben, publisher=acme)
    delta = await Book.create(title="Delta", price=Decimal("5.25"), author=ben, editor=ann)
    await alpha.tags.add(tags["red"], tags["blue"])
    await beta.tags.add(tags["red"])
    await delta.tags.add(tags["blue"])
    return Shelf(
        countries,
        {"Ann": ann, "Ben": ben, "Cid": cid},
        {"Acme": acme, "Void": void},
        tags,
        {"Alpha": alpha, "Beta": beta, "Gamma": gamma, "Delta": delta},
    )


#: three values of each column of `Sample`, smallest first; row "d" has NULL in all of them
SAMPLES: dict[str, tuple[Any, Any, Any]] = {
    "small": (-5, 0, 32767),
    "number": (-5, 0, 2**31 - 1),
    "big": (-(2**63), 0, 2**63 - 1),
    "ratio": (-1.5, 0.1, 1e10),
    "name": ("Apple", "banana's", "cherry 100%"),
    "text": ("Apple", "banana's", "cherry 100%"),
    "flag": (False, False, True),
    "price": (Decimal("-1.500"), Decimal("9.100"), Decimal("100000000.001")),
    "moment": (
        dt.datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        dt.datetime(2000, 1, 1, tzinfo=UTC),
        dt.datetime(2024, 6, 1, 12, 30, 0, 1, tzinfo=UTC),
    ),
    "key": (UUID(int=1), UUID(int=2**64), UUID(int=2**128 - 1)),
}
LABELS = "abcd"


async def fill_samples() -> None:
    """Rows "a", "b" and "c" with the values of `SAMPLES`, and "d" with NULLs."""
    values = [{column: found[at] for column, found in SAMPLES.items()} for at in range(3)]
    rows = [Sample(label=label, **found) for label, found in zip("abc", values)]
    await Sample.bulk_create([*rows, Sample(label="d")])


def sample_value(label: str, column: str) -> Any:
    """What row `label` has in `column`."""
    return None if label == "d" else SAMPLES[column]["abc".index(label)]
