"""Models for cases about fields: defaults of the database, fields of a user's own, validators, times."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from tortoise import fields
from tortoise.models import Model
from tortoise.validators import MinValueValidator, RegexValidator, validate_email
from tortoise_testkit.models import Colour, Level


class Preset(Model):
    """Columns that the database fills where a program gives no value."""

    name = fields.CharField(max_length=20)
    count = fields.IntField(db_default=7)
    text = fields.CharField(max_length=40, db_default='it\'s \\ "so"')
    flag = fields.BooleanField(db_default=True)
    price = fields.DecimalField(max_digits=8, decimal_places=2, db_default=Decimal("-1.5"))
    ratio = fields.FloatField(db_default=0.25)
    data = fields.JSONField(db_default={"a": ["it's", None]})
    day = fields.DateField(db_default=dt.date(2024, 2, 29))
    span = fields.TimeDeltaField(db_default=dt.timedelta(hours=1))
    raw = fields.BinaryField(db_default=b"\0\xff'")  # type: ignore[assignment]  # hides Model.raw, as it may
    colour = fields.CharEnumField(Colour, db_default=Colour.NIGHT)
    level = fields.IntEnumField(Level, db_default=Level.HIGH)
    nothing = fields.IntField(null=True, db_default=None)
    computed = fields.IntField(db_default=fields.SqlDefault("(2 + 3)"))
    made = fields.DatetimeField(db_default=fields.Now())
    code = fields.CharField(max_length=32, db_default=fields.RandomHex())
    both = fields.IntField(default=1, db_default=2)


class Token(Model):
    """The database makes the key, though it is no number."""

    key = fields.CharField(max_length=32, primary_key=True, db_default=fields.RandomHex())
    note = fields.TextField(null=True)


class Unread(Model):
    """What the database puts in is not read back."""

    name = fields.CharField(max_length=20)
    count = fields.IntField(db_default=7)
    data = fields.JSONField(db_default=[1])

    class Meta:
        fetch_db_defaults = False


# -- fields of a user's own


class ShoutField(fields.CharField):
    """Stored in capitals, read in small letters."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        found = super().to_db_value(value, instance)
        return found if found is None else found.upper()

    def to_python_value(self, value: Any) -> Any:
        found = super().to_python_value(value)
        return found if found is None else found.lower()


class Point:
    """A type that no field knows."""

    def __init__(self, x: int, y: int) -> None:
        self.x, self.y = x, y

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and (self.x, self.y) == (other.x, other.y)

    def __hash__(self) -> int:
        return hash((self.x, self.y))


class PointField(fields.Field[Point]):
    """A type made from nothing, spelled by itself."""

    field_type = Point
    SQL_TYPE = "VARCHAR(50)"

    def to_db_value(self, value: Any, instance: Any) -> Any:
        return None if value is None else f"{value.x};{value.y}"

    def to_python_value(self, value: Any) -> Any:
        return Point(*map(int, value.split(";"))) if isinstance(value, str) else value


class CentsField(fields.DecimalField):
    """Kept as a whole number, under a name of its own."""

    SQL_TYPE = "BIGINT"

    def to_db_value(self, value: Any, instance: Any) -> Any:
        found = super().to_db_value(value, instance)
        return found if found is None else int(found * 100)

    def to_python_value(self, value: Any) -> Any:
        return Decimal(value) / 100 if isinstance(value, int) else super().to_python_value(value)


class RowNameField(fields.CharField):
    """Looks at the row that is stored."""

    def to_db_value(self, value: Any, instance: Any) -> Any:
        marked = value is None or ":" in value or not isinstance(instance, Custom)
        return value if marked else f"{instance.label}:{value}"


class Custom(Model):
    label = fields.CharField(max_length=10)
    shout = ShoutField(max_length=20, null=True)
    point = PointField(null=True)
    cents = CentsField(max_digits=8, decimal_places=2, null=True)
    named = RowNameField(max_length=40, null=True)


class Checked(Model):
    """Columns with validators."""

    age = fields.IntField(validators=[MinValueValidator(18)])
    email = fields.CharField(max_length=60, null=True, validators=[validate_email])
    code = fields.CharField(max_length=10, null=True, validators=[RegexValidator("[A-Z]+$", 0)])


class Underscored(Model):
    """Names that end in an underscore, as words of Python need it."""

    type_ = fields.CharField(max_length=10)
    from_: fields.ForeignKeyNullableRelation[Underscored] = fields.ForeignKeyField(
        "models.Underscored", related_name="next_", null=True
    )
    next_: fields.ReverseRelation[Underscored]


class Clocked(Model):
    """Times of the day that a save puts in."""

    name = fields.CharField(max_length=10)
    made = fields.TimeField(auto_now_add=True)
    changed = fields.TimeField(auto_now=True)
    given = fields.TimeField(null=True)


__models__ = [Preset, Token, Unread, Custom, Checked, Underscored, Clocked]
