"""The questions, each asked with the ORM and, where it has a check, answered a second time in plain Python."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, Callable, NamedTuple, Optional

import checks
from models import Airline, Airport, Flight, Plane, Weather

from tortoise.expressions import Case, F, Q, When
from tortoise.functions import Avg, Count, Max, Min, Sum
from tortoise.transactions import in_transaction

Rows = Sequence[Sequence[Any]]


class Question(NamedTuple):
    """What is asked, the columns of the answer, how to get it, and the same from the CSV files (or None)."""

    text: str
    columns: tuple[str, ...]
    ask: Callable[[], Awaitable[Rows]]
    check: Optional[Callable[[checks.Data], Rows]]


QUESTIONS: list[Question] = []


def question(text: str, *columns: str, check: Optional[Callable[[checks.Data], Rows]] = None) -> Callable[..., Any]:
    """Put the decorated function among the questions."""

    def add(ask: Callable[[], Awaitable[Rows]]) -> Callable[[], Awaitable[Rows]]:
        QUESTIONS.append(Question(text, columns, ask, check))
        return ask

    return add


@question("How many rows does each table hold?", "table", "rows", check=checks.table_sizes)
async def table_sizes() -> Rows:
    return [(model.__name__, await model.all().count()) for model in (Airline, Airport, Plane, Weather, Flight)]


@question(
    "How many flights name no plane, an unknown plane, an unknown airport?",
    "from", "flights", "no tail number", "unknown plane", "unknown airport", check=checks.unknown,
)  # fmt: skip
async def unknown() -> Rows:
    found = Flight.annotate(
        flights=Count("id"),
        nameless=Count("id", _filter=Q(plane_id__isnull=True)),
        strange=Count("plane_id") - Count("plane"),
        nowhere=Count("dest_id") - Count("dest"),
    )
    groups = found.group_by("origin_id").order_by("origin_id")
    return await groups.values_list("origin_id", "flights", "nameless", "strange", "nowhere")


@question(
    "Which airlines fly most, with how many planes, and how late do they leave?",
    "airline", "flights", "planes", "mean delay (min)", check=checks.busiest_airlines,
)  # fmt: skip
async def busiest_airlines() -> Rows:
    found = Flight.annotate(flights=Count("id"), planes=Count("plane_id", distinct=True), late=Avg("dep_delay"))
    groups = found.group_by("carrier__name").order_by("-flights").limit(6)
    return await groups.values_list("carrier__name", "flights", "planes", "late")


@question(
    "How far does one get from each airport?",
    "from", "destinations", "nearest (mi)", "farthest (mi)", "flown in all (mi)", check=checks.reach,
)  # fmt: skip
async def reach() -> Rows:
    found = Flight.filter(dep_time__isnull=False).annotate(
        places=Count("dest_id", distinct=True), near=Min("distance"), far=Max("distance"), miles=Sum("distance")
    )
    groups = found.group_by("origin__name").order_by("-miles")
    return await groups.values_list("origin__name", "places", "near", "far", "miles")


@question(
    "When in the day should one leave?", "scheduled", "flights", "mean delay (min)", "worst (min)",
    check=checks.part_of_day,
)  # fmt: skip
async def part_of_day() -> Rows:
    part = Case(
        When(hour__lt=9, then="before nine"),
        When(hour__lt=12, then="morning"),
        When(Q(hour__gte=12) & Q(hour__lt=18), then="afternoon"),
        default="evening",
    )
    found = Flight.annotate(part=part, first=Min("hour"), flights=Count("id"), late=Avg("dep_delay"))
    groups = found.annotate(worst=Max("dep_delay")).group_by("part").order_by("first")
    return await groups.values_list("part", "flights", "late", "worst")


@question(
    "Which airports receive at least 12,000 of the flights?", "airport", "name", "arrivals", "mean delay (min)",
    check=checks.main_destinations,
)  # fmt: skip
async def main_destinations() -> Rows:
    found = Airport.annotate(flights=Count("arrivals"), late=Avg("arrivals__arr_delay"))
    return await found.filter(flights__gte=12000).order_by("-flights").values_list("faa", "name", "flights", "late")


@question(
    "Which months lose most flights?", "month", "flights", "cancelled", "per cent", check=checks.cancelled,
)  # fmt: skip
async def cancelled() -> Rows:
    lost = Count("id", _filter=Q(dep_time__isnull=True))
    found = Flight.annotate(flights=Count("id"), lost=lost, share=lost * 100.0 / Count("id"))
    return await found.group_by("month").order_by("-lost").limit(4).values_list("month", "flights", "lost", "share")


@question(
    "Who flies high up or to Alaska and Hawaii, Delta and United apart?", "airline", "to", "flights", "longest (min)",
    check=checks.high_or_far,
)  # fmt: skip
async def high_or_far() -> Rows:
    remote = Q(dest__alt__gte=5000) | Q(dest__tzone__in=["America/Anchorage", "Pacific/Honolulu"])
    usual = Q(carrier__name__istartswith="delta") | Q(carrier__name__icontains="UNITED AIR")
    found = Flight.filter(remote, ~usual).annotate(flights=Count("id"), longest=Max("air_time"))
    groups = found.group_by("carrier__name", "dest__name").order_by("-flights", "-longest")
    return await groups.values_list("carrier__name", "dest__name", "flights", "longest")


@question(
    "Which flights left latest?", "flight", "from", "to", "plane", "delay (min)", check=checks.latest,
)  # fmt: skip
async def latest() -> Rows:
    found = Flight.filter(dep_delay__gte=600).select_related("carrier", "origin", "dest", "plane")
    return [
        (
            f"{flight.carrier.name} {flight.flight}",
            flight.origin.name,
            flight.dest.name,
            flight.plane.manufacturer if flight.plane else None,
            flight.dep_delay,
        )
        for flight in await found.order_by("-dep_delay").limit(6)
    ]


@question(
    "What do the oldest planes still do?", "plane", "made", "by", "flights", "miles", "farthest airport",
    check=checks.oldest_planes,
)  # fmt: skip
async def oldest_planes() -> Rows:
    planes = await Plane.filter(year__lte=1965).order_by("year", "tailnum").prefetch_related("flights__dest")
    return [
        (
            plane.tailnum,
            plane.year,
            plane.manufacturer,
            len(plane.flights),
            sum(flight.distance for flight in plane.flights),
            max((flight.distance, flight.dest.name) for flight in plane.flights)[1],
        )
        for plane in planes
    ]


@question("Who makes planes of 300 seats and more?", "manufacturer", check=checks.big_makers)
async def big_makers() -> Rows:
    big = Plane.filter(seats__gte=300).order_by("manufacturer").distinct()
    return [(name,) for name in await big.values_list("manufacturer", flat=True)]


@question(
    "How many seats left New York, by maker, where the plane is known?", "manufacturer", "planes", "seats flown",
    check=checks.seats_flown,
)  # fmt: skip
async def seats_flown() -> Rows:
    flown = Flight.filter(dep_time__isnull=False, plane__seats__gt=0)
    found = flown.annotate(planes=Count("plane_id", distinct=True), seats=Sum("plane__seats"))
    groups = found.group_by("plane__manufacturer").order_by("-seats").limit(5)
    return await groups.values_list("plane__manufacturer", "planes", "seats")


@question(
    "What was the weather like in the quarters of the year?",
    "quarter", "hours", "coldest (F)", "mean (F)", "hottest (F)", "rain (in)", check=checks.weather,
)  # fmt: skip
async def weather() -> Rows:
    quarter = Case(When(month__lte=3, then=1), When(month__lte=6, then=2), When(month__lte=9, then=3), default=4)
    found = Weather.annotate(
        quarter=quarter, hours=Count("id"), low=Min("temp"), mean=Avg("temp"), high=Max("temp"), rain=Sum("precip")
    )
    groups = found.group_by("quarter").order_by("quarter")
    return await groups.values_list("quarter", "hours", "low", "mean", "high", "rain")


@question(
    "How did flights fare in the hours of the strongest gusts?",
    "hour (UTC)", "from", "gust (mph)", "flights", "cancelled", "mean delay (min)", check=checks.gusts,
)  # fmt: skip
async def gusts() -> Rows:
    rows = []
    for hour in await Weather.filter(wind_gust__gte=55).order_by("time_hour", "origin_id").select_related("origin"):
        flights = hour.origin.departures.filter(time_hour=hour.time_hour)
        found = flights.annotate(n=Count("id"), lost=Count("id", _filter=Q(dep_time=None)), late=Avg("dep_delay"))
        counted = await found.group_by("origin_id").first().values_list("n", "lost", "late")
        rows.append((f"{hour.time_hour:%d %b %H:%M}", hour.origin.faa, hour.wind_gust, *(counted or (0, 0, None))))
    return rows


@question("Yes or no?", "", "", check=checks.yes_or_no)
async def yes_or_no() -> Rows:
    return [
        ("Was any flight ten hours in the air?", await Flight.exists(air_time__gte=600)),
        ("Did any flight from Kennedy land in Newark?", await Flight.exists(origin="JFK", dest="EWR")),
        ("Is the plane N14228 known?", await Plane.get_or_none(tailnum="N14228") is not None),
        ("Is there an airport SJU?", await Airport.filter(faa="SJU").exists()),
        ("Did Hawaiian fly on every day?", await days_of("Hawaiian") == 365),
    ]


async def days_of(airline: str) -> int:
    """On how many days an airline flew."""
    found = Flight.filter(carrier__name__startswith=airline, dep_time__not_isnull=True)
    return await found.group_by("month", "day").count()


class ChangedMyMind(Exception):
    """Raised to roll back."""


@question(
    "What if the blizzard of 8 and 9 February had held up each flight for an hour more?", "", "flights", "delay (min)",
    check=checks.blizzard,
)  # fmt: skip
async def blizzard() -> Rows:
    flights = Flight.filter(month=2, day__in=[8, 9], dep_delay__isnull=False)
    rows = [("as it was", *await delays(flights))]
    try:
        async with in_transaction():
            changed = await flights.update(dep_delay=F("dep_delay") + 60)
            rows.append((f"{changed} rows changed", *await delays(flights)))
            raise ChangedMyMind
    except ChangedMyMind:
        rows.append(("rolled back", *await delays(flights)))
    return rows


async def delays(flights: Any) -> tuple[Any, ...]:
    """The number of some flights of February and the sum of their delays."""
    found = flights.annotate(n=Count("id"), minutes=Sum("dep_delay")).group_by("month")
    return tuple(await found.first().values_list("n", "minutes"))
