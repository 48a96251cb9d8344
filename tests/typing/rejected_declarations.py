"""Mistakes in declarations, and in what is made of them; see `rejected`."""

# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from decimal import Decimal

from accepted import Book, Stock
from accepted_classes import PointField, Port, Ship, rename

from tortoise import fields


def keywords_of_fields() -> None:
    fields.IntField(nul=True)  # type: ignore[call-overload]
    fields.IntField(null="yes")  # type: ignore[call-overload]
    fields.BigIntField(primary_kee=True)  # type: ignore[call-overload]
    fields.SmallIntField(defualt=1)  # type: ignore[call-overload]
    fields.FloatField(uniqe=True)  # type: ignore[call-overload]
    fields.BooleanField(defualt=True)  # type: ignore[call-overload]
    fields.CharField(max_lenght=3)  # type: ignore[call-overload]
    fields.CharField(max_length="3")  # type: ignore[call-overload]
    fields.CharField(max_length=3, validator=[])  # type: ignore[call-overload]
    fields.TextField(descripton="x")  # type: ignore[call-overload]
    fields.DecimalField(max_digits=3)  # type: ignore[call-overload]
    fields.UUIDField(indx=True)  # type: ignore[call-overload]
    fields.DatetimeField(auto_now_ad=True)  # type: ignore[call-overload]
    fields.DateField(source="day")  # type: ignore[call-overload]
    fields.TimeDeltaField(null=None)  # type: ignore[call-overload]
    fields.BinaryField(max_length=4)  # type: ignore[call-overload]
    fields.JSONField(nul=True)  # type: ignore[call-arg]
    PointField(defualt=(0, 0))  # type: ignore[call-arg]
    fields.CharEnumField(str)  # type: ignore[type-var]


def keywords_of_relations() -> None:
    fields.ForeignKeyField("models.Port", on_delte="CASCADE")  # type: ignore[call-arg]
    fields.ForeignKeyField("models.Port", on_delete=3)  # type: ignore[arg-type]
    fields.OneToOneField("models.Port", nul=True)  # type: ignore[call-arg]
    fields.ManyToManyField("models.Port", trough="links")  # type: ignore[call-arg]


def values(book: Book, stock: Stock, ship: Ship, port: Port) -> None:
    book.title = 4  # type: ignore[assignment]
    book.title = None  # type: ignore[assignment]
    book.price = 1.5  # type: ignore[assignment]
    book.titel = "x"  # type: ignore[attr-defined]
    stock.count = "x"  # type: ignore[assignment]
    stock.other = 3  # type: ignore[assignment]
    stock.note + "x"  # type: ignore[operator]
    ship.place = (1, 2, 3)  # type: ignore[assignment]
    ship.crew = {"cook": "Ann"}  # type: ignore[dict-item]
    ship.home = ship  # type: ignore[assignment]
    ship.port_id = "x"  # type: ignore[assignment]
    total: Decimal = stock.price  # type: ignore[assignment]
    print(total, ship.home.name)  # type: ignore[union-attr]
    print(port.ships[0].nmae)  # type: ignore[attr-defined]


async def calls(ship: Ship, port: Port) -> None:
    _ = await rename(ship)  # type: ignore[call-arg]
    _ = await rename(port, "Argo")  # type: ignore[arg-type]
    _ = await rename(ship, "Argo", lound=True)  # type: ignore[call-arg]
    name: str = await rename(ship, "Argo")  # type: ignore[assignment]
    print(name)
    await Ship.filterr(id=1)  # type: ignore[attr-defined]
    await Ship.objects.all().aflot()  # type: ignore[attr-defined]
    await port.ships.filter("name")  # type: ignore[arg-type]
    await ship.save(update_field=["name"])  # type: ignore[call-arg]
