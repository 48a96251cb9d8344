"""Classes of a user's own that both type checkers accept: querysets, managers, fields; and what decorators keep."""

# pyright: strict
# what assert_type gives back is a query that may well go unused
# mypy: disable-error-code="unused-awaitable"

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from tortoise import Model, Tortoise, connections, fields
from tortoise.exceptions import ValidationError
from tortoise.fields import Field
from tortoise.manager import Manager
from tortoise.queryset import QuerySet
from tortoise.transactions import atomic, in_transaction
from tortoise.validators import MaxLengthValidator, Validator

if TYPE_CHECKING:
    from typing_extensions import assert_type


class NotBlank(Validator):
    def __call__(self, value: str) -> None:
        if not value.strip():
            raise ValidationError("is blank")


class ShortField(fields.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)


class PointField(Field["tuple[int, int]"]):
    SQL_TYPE = "VARCHAR(40)"

    def to_python_value(self, value: Any) -> tuple[int, int]:
        across, up = str(value).split(",")
        return int(across), int(up)


class ShipQuery(QuerySet["Ship"]):
    def afloat(self) -> ShipQuery:
        return self.filter(sunk=False)


class Ships(Manager["Ship"]):
    def get_queryset(self) -> ShipQuery:
        return ShipQuery(self._model)


class Port(Model):
    name = fields.CharField(max_length=20, validators=[MaxLengthValidator(20), NotBlank()])
    ships: fields.ReverseRelation[Ship]


class Ship(Model):
    id = fields.IntField(primary_key=True)
    name = ShortField(unique=True)
    sunk = fields.BooleanField(default=False)
    tons = fields.IntField(null=True, db_index=True)
    place = PointField()
    crew: Field[dict[str, int]] = fields.JSONField(default=dict)
    port: fields.ForeignKeyRelation[Port] = fields.ForeignKeyField("models.Port", related_name="ships")
    port_id: int
    home: fields.ForeignKeyNullableRelation[Port] = fields.ForeignKeyField("models.Port", "homes", null=True)
    home_id: Optional[int]
    objects = Ships()


async def the_class_stays_along_the_chain() -> None:
    assert_type(Ship.objects.all(), ShipQuery)
    assert_type(Ship.objects.filter(tons__gt=3).afloat(), ShipQuery)
    chain = Ship.objects.exclude(id=1).order_by("id").limit(3).offset(1).distinct()
    assert_type(chain, ShipQuery)
    assert_type(chain[:2].only("id").using_db(None).prefetch_related("port").select_related("home"), ShipQuery)
    assert_type(await chain.afloat(), "list[Ship]")
    assert_type(await Ship.objects.get_or_none(id=1), Optional[Ship])
    assert_type(Ship.objects.limit(3).afloat(), ShipQuery)
    assert_type(Ship.objects.prefetch_related("port").offset(1), ShipQuery)
    assert_type(await Ship.objects.latest("id"), Optional[Ship])
    assert_type(await Ship.objects.last(), Optional[Ship])
    assert_type(await Ship.objects.values("id"), "list[dict[str, Any]]")
    async for ship in chain.afloat().stream(5):
        assert_type(ship, Ship)


async def attributes(ship: Ship, port: Port) -> None:
    assert_type(ship.name, str)
    assert_type(ship.place, "tuple[int, int]")
    assert_type(ship.crew, "dict[str, int]")
    assert_type(Ship.tons, Field[Optional[int]])
    assert_type(Ship.place, "Field[tuple[int, int]]")
    assert_type(ship.port_id, int)
    assert_type(ship.home_id, Optional[int])
    assert_type(ship.home, Optional[Port])
    if ship.home is not None:
        assert_type(await ship.home, Port)
    assert_type(port.ships[0], Ship)
    assert_type(port.ships[:2], "list[Ship]")
    assert_type(await port.ships.create(name="Beagle"), Ship)
    async for each in port.ships:
        assert_type(each, Ship)


@atomic()
async def rename(ship: Ship, name: str, *, loud: bool = False) -> Ship:
    ship.name = name.upper() if loud else name
    await ship.save(update_fields=["name"])
    return ship


class Harbour:
    @atomic("default")
    async def enter(self, ship: Ship) -> int:
        return ship.id


async def decorated(ship: Ship) -> None:
    call = rename(ship, "Argo", loud=True)
    print(call)
    assert_type(await call, Ship)
    assert_type(await Harbour().enter(ship), int)


async def connected() -> None:
    async with in_transaction() as connection:
        await Ship.create(name="Argo", using_db=connection)
        count, _ = await connection.execute_query("SELECT 1")
        assert_type(count, int)
        assert_type(await connection.execute_query_dict("SELECT 1"), "list[dict[str, Any]]")
    assert_type(await connections.get("default").execute_query_dict("SELECT 1"), "list[dict[str, Any]]")
    await Tortoise.init(config={"connections": {}, "apps": {}}, use_tz=True, timezone="UTC")
