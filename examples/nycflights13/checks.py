"""The same answers in plain Python over the CSV files, without the ORM and without a database."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any, Callable, NamedTuple, Optional

from source import table_rows

Rows = Sequence[Sequence[Any]]
NUMBERS = ("month", "day", "hour", "flight", "dep_time", "dep_delay", "arr_delay", "air_time", "distance")


class Flown(NamedTuple):
    """A flight, as the file has it."""

    carrier: str
    tailnum: Optional[str]
    origin: str
    dest: str
    time_hour: str
    month: int
    day: int
    hour: int
    flight: int
    dep_time: Optional[int]
    dep_delay: Optional[int]
    arr_delay: Optional[int]
    air_time: Optional[int]
    distance: int


class Data(NamedTuple):
    """The five files: names of airlines by code, airports (name, alt, tzone) and planes (year, maker, seats) by key,
    weather (origin, month, temp, wind_gust, precip, time_hour), flights."""

    airlines: dict[str, str]
    airports: dict[str, tuple[str, int, Optional[str]]]
    planes: dict[str, tuple[Optional[int], str, int]]
    weather: list[tuple[Any, ...]]
    flights: list[Flown]


def read() -> Data:
    """Read the files."""
    flight = {name: int if name in NUMBERS else str for name in Flown._fields}
    weather = {"origin": str, "month": int, "temp": float, "wind_gust": float, "precip": float, "time_hour": str}
    airports = {"faa": str, "name": str, "alt": int, "tzone": str}
    planes = {"tailnum": str, "year": int, "manufacturer": str, "seats": int}
    return Data(
        dict(table_rows("airlines", {"carrier": str, "name": str})),
        {code: (name, alt, zone) for code, name, alt, zone in table_rows("airports", airports)},
        {tail: (year, maker, seats) for tail, year, maker, seats in table_rows("planes", planes)},
        list(table_rows("weather", weather)),
        [Flown(*row) for row in table_rows("flights", flight)],
    )


def agree(found: Rows, expected: Rows) -> bool:
    """True if two answers are the same; floats, which are added up in different orders, to nine digits."""
    return len(found) == len(expected) and all(
        len(one) == len(other) and all(map(same, one, other)) for one, other in zip(found, expected)
    )


def same(one: Any, other: Any) -> bool:
    """True if two values are equal and of one type."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return type(one) is type(other) and bool(one == other)


def grouped(flights: Iterable[Flown], key: Callable[[Flown], Any]) -> dict[Any, list[Flown]]:
    """Flights by a key."""
    groups: dict[Any, list[Flown]] = defaultdict(list)
    for flight in flights:
        groups[key(flight)].append(flight)
    return groups


def mean(values: Iterable[Optional[float]]) -> Optional[float]:
    """The mean of the values that are there; None if none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def departed(flights: Iterable[Flown]) -> list[Flown]:
    return [flight for flight in flights if flight.dep_time is not None]


def table_sizes(data: Data) -> Rows:
    names = ("Airline", "Airport", "Plane", "Weather", "Flight")
    return [(name, len(rows)) for name, rows in zip(names, data)]


def unknown(data: Data) -> Rows:
    return [
        (
            origin,
            len(flights),
            sum(f.tailnum is None for f in flights),
            sum(f.tailnum is not None and f.tailnum not in data.planes for f in flights),
            sum(f.dest not in data.airports for f in flights),
        )
        for origin, flights in sorted(grouped(data.flights, lambda f: f.origin).items())
    ]


def busiest_airlines(data: Data) -> Rows:
    rows = []
    for code, flights in grouped(data.flights, lambda f: f.carrier).items():
        planes = {f.tailnum for f in flights} - {None}
        rows.append((data.airlines[code], len(flights), len(planes), mean(f.dep_delay for f in flights)))
    return sorted(rows, key=lambda row: -row[1])[:6]


def reach(data: Data) -> Rows:
    rows = []
    for origin, flights in grouped(departed(data.flights), lambda f: f.origin).items():
        miles = [f.distance for f in flights]
        rows.append((data.airports[origin][0], len({f.dest for f in flights}), min(miles), max(miles), sum(miles)))
    return sorted(rows, key=lambda row: -row[4])


def part_of_day(data: Data) -> Rows:
    rows = []
    for part, hours in (("before nine", range(9)), ("morning", range(9, 12)), ("afternoon", range(12, 18)),
                        ("evening", range(18, 24))):  # fmt: skip
        flights = [f for f in data.flights if f.hour in hours]
        late = [f.dep_delay for f in flights if f.dep_delay is not None]
        rows.append((part, len(flights), mean(late), max(late)))
    return rows


def main_destinations(data: Data) -> Rows:
    rows = [
        (code, data.airports[code][0], len(flights), mean(f.arr_delay for f in flights))
        for code, flights in grouped(data.flights, lambda f: f.dest).items()
        if len(flights) >= 12000 and code in data.airports
    ]
    return sorted(rows, key=lambda row: -row[2])


def cancelled(data: Data) -> Rows:
    rows = []
    for month, flights in grouped(data.flights, lambda f: f.month).items():
        lost = len(flights) - len(departed(flights))
        rows.append((month, len(flights), lost, lost * 100.0 / len(flights)))
    return sorted(rows, key=lambda row: -row[2])[:4]


def high_or_far(data: Data) -> Rows:
    far = {code for code, (_, alt, zone) in data.airports.items()
           if alt >= 5000 or zone in ("America/Anchorage", "Pacific/Honolulu")}  # fmt: skip
    usual = {code for code, name in data.airlines.items() if name.startswith("Delta") or "United Air" in name}
    flights = [f for f in data.flights if f.dest in far and f.carrier not in usual]
    rows = [
        (data.airlines[carrier], data.airports[dest][0], len(group), max(f.air_time or 0 for f in group))
        for (carrier, dest), group in grouped(flights, lambda f: (f.carrier, f.dest)).items()
    ]
    return sorted(rows, key=lambda row: (-row[2], -row[3]))


def latest(data: Data) -> Rows:
    flights = sorted(departed(data.flights), key=lambda f: -(f.dep_delay or 0))[:6]
    rows = []
    for f in flights:
        maker = data.planes[f.tailnum][1] if f.tailnum in data.planes else None
        name = f"{data.airlines[f.carrier]} {f.flight}"
        rows.append((name, data.airports[f.origin][0], data.airports[f.dest][0], maker, f.dep_delay))
    return rows


def oldest_planes(data: Data) -> Rows:
    old = sorted((year, tail, maker) for tail, (year, maker, _) in data.planes.items() if year and year <= 1965)
    by_plane = grouped(data.flights, lambda f: f.tailnum)
    rows = []
    for year, tail, maker in old:
        trips = [(f.distance, data.airports[f.dest][0]) for f in by_plane[tail]]
        rows.append((tail, year, maker, len(trips), sum(miles for miles, _ in trips), max(trips)[1]))
    return rows


def big_makers(data: Data) -> Rows:
    return [(maker,) for maker in sorted({maker for _, maker, seats in data.planes.values() if seats >= 300})]


def seats_flown(data: Data) -> Rows:
    seats: dict[str, int] = defaultdict(int)
    planes: dict[str, set[str]] = defaultdict(set)
    for f in departed(data.flights):
        if f.tailnum in data.planes:
            _, maker, places = data.planes[f.tailnum]
            seats[maker] += places
            planes[maker].add(f.tailnum)
    best = sorted(seats, key=lambda maker: -seats[maker])[:5]
    return [(maker, len(planes[maker]), seats[maker]) for maker in best]


def weather(data: Data) -> Rows:
    rows = []
    for quarter in (1, 2, 3, 4):
        hours = [row for row in data.weather if (row[1] + 2) // 3 == quarter]
        temps = [row[2] for row in hours if row[2] is not None]
        rows.append((quarter, len(hours), min(temps), mean(temps), max(temps), sum(row[4] for row in hours)))
    return rows


def gusts(data: Data) -> Rows:
    rows = []
    stormy = [row for row in data.weather if row[3] is not None and row[3] >= 55]
    for origin, _, _, gust, _, hour in sorted(stormy, key=lambda row: (row[5], row[0])):
        flights = [f for f in data.flights if f.origin == origin and f.time_hour == hour]
        when = datetime.fromisoformat(hour.replace("Z", "+00:00")).astimezone(timezone.utc)
        lost = len(flights) - len(departed(flights))
        rows.append((f"{when:%d %b %H:%M}", origin, gust, len(flights), lost, mean(f.dep_delay for f in flights)))
    return rows


def yes_or_no(data: Data) -> Rows:
    hawaiian = {code for code, name in data.airlines.items() if name.startswith("Hawaiian")}
    days = {(f.month, f.day) for f in departed(data.flights) if f.carrier in hawaiian}
    routes = {(f.origin, f.dest) for f in data.flights}
    return [
        ("Was any flight ten hours in the air?", any((f.air_time or 0) >= 600 for f in data.flights)),
        ("Did any flight from Kennedy land in Newark?", ("JFK", "EWR") in routes),
        ("Is the plane N14228 known?", "N14228" in data.planes),
        ("Is there an airport SJU?", "SJU" in data.airports),
        ("Did Hawaiian fly on every day?", len(days) == 365),
    ]


def blizzard(data: Data) -> Rows:
    late = [f.dep_delay for f in data.flights if f.month == 2 and f.day in (8, 9) and f.dep_delay is not None]
    count, minutes = len(late), sum(late)
    return [
        ("as it was", count, minutes),
        (f"{count} rows changed", count, minutes + 60 * count),
        ("rolled back", count, minutes),
    ]
