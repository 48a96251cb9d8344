"""Flights out of New York in 2013, and what they refer to."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Airline(Model):
    """An airline, by its two-letter code."""

    carrier = fields.CharField(max_length=2, primary_key=True)
    name = fields.CharField(max_length=64)

    flights: fields.ReverseRelation[Flight]


class Airport(Model):
    """An airport in the United States, by its FAA code."""

    faa = fields.CharField(max_length=3, primary_key=True)
    name = fields.CharField(max_length=64)
    lat = fields.FloatField()
    lon = fields.FloatField()
    alt = fields.IntField(description="feet")
    tz = fields.SmallIntField(description="hours from UTC")
    dst = fields.CharField(max_length=1)
    tzone = fields.CharField(max_length=32, null=True)

    departures: fields.ReverseRelation[Flight]
    arrivals: fields.ReverseRelation[Flight]
    weather: fields.ReverseRelation[Weather]


class Plane(Model):
    """A plane, by its tail number."""

    tailnum = fields.CharField(max_length=6, primary_key=True)
    year = fields.SmallIntField(null=True, description="when it was made")
    type = fields.CharField(max_length=32)
    manufacturer = fields.CharField(max_length=32)
    model = fields.CharField(max_length=32)
    engines = fields.SmallIntField()
    seats = fields.SmallIntField()
    speed = fields.SmallIntField(null=True, description="miles per hour")
    engine = fields.CharField(max_length=16)

    flights: fields.ReverseRelation[Flight]


class Weather(Model):
    """One hour of weather at one of the three airports of New York."""

    id = fields.IntField(primary_key=True)
    origin = fields.ForeignKeyField("models.Airport", related_name="weather")
    year = fields.SmallIntField()
    month = fields.SmallIntField()
    day = fields.SmallIntField()
    hour = fields.SmallIntField()
    temp = fields.FloatField(null=True, description="degrees Fahrenheit")
    dewp = fields.FloatField(null=True)
    humid = fields.FloatField(null=True, description="per cent")
    wind_dir = fields.SmallIntField(null=True, description="degrees")
    wind_speed = fields.FloatField(null=True, description="miles per hour")
    wind_gust = fields.FloatField(null=True)
    precip = fields.FloatField(description="inches")
    pressure = fields.FloatField(null=True, description="millibar")
    visib = fields.FloatField(description="miles")
    time_hour = fields.DatetimeField()

    class Meta:
        unique_together = (("origin", "time_hour"),)


class Flight(Model):
    """One flight. Times of day are local, written HHMM; delays are minutes, negative when early."""

    id = fields.IntField(primary_key=True)
    year = fields.SmallIntField()
    month = fields.SmallIntField()
    day = fields.SmallIntField()
    dep_time = fields.SmallIntField(null=True, description="None: cancelled")
    sched_dep_time = fields.SmallIntField()
    dep_delay = fields.SmallIntField(null=True)
    arr_time = fields.SmallIntField(null=True)
    sched_arr_time = fields.SmallIntField()
    arr_delay = fields.SmallIntField(null=True)
    carrier = fields.ForeignKeyField("models.Airline", related_name="flights")
    flight = fields.SmallIntField(description="the number that passengers know")
    # 2,512 flights have no tail number, and 50,094 have one that the table of planes does not know
    plane = fields.ForeignKeyField("models.Plane", related_name="flights", null=True, db_constraint=False)
    origin = fields.ForeignKeyField("models.Airport", related_name="departures")
    # 7,602 flights go to four airports that the table of airports does not know
    dest = fields.ForeignKeyField("models.Airport", related_name="arrivals", db_constraint=False)
    air_time = fields.SmallIntField(null=True, description="minutes")
    distance = fields.SmallIntField(description="miles")
    hour = fields.SmallIntField()
    minute = fields.SmallIntField()
    time_hour = fields.DatetimeField()

    class Meta:
        # what the reverse relations look rows up by
        indexes = (("plane",), ("dest",))
