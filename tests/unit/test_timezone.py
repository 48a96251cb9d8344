"""Clocks and zones."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

import pytest
from unit_models import Event

from tortoise_core.base import timezone as tz
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock
from tortoise_testkit.recording import Recorder, recording
from tortoise_testkit.standard import standard_dialect

NOON = dt.datetime(2024, 7, 1, 12, 0, tzinfo=dt.timezone.utc)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """Each test starts in UTC and leaves nothing behind."""
    before = {name: os.environ.get(name) for name in ("USE_TZ", "TIMEZONE")}
    tz.set_clock(Clock())
    yield
    tz.set_clock(Clock())
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def test_the_clock_decides_what_now_is() -> None:
    tz.set_clock(Clock(True, "Asia/Tokyo"))
    assert tz.now().utcoffset() == dt.timedelta(hours=9)
    assert tz.get_use_tz() and tz.get_timezone() == "Asia/Tokyo"
    tz.set_clock(Clock(False, "UTC"))
    assert tz.is_naive(tz.now()) and not tz.get_use_tz()


def test_child_processes_are_told() -> None:
    tz.set_clock(Clock(False, "Asia/Tokyo"))
    assert (os.environ["USE_TZ"], os.environ["TIMEZONE"]) == ("False", "Asia/Tokyo")


def test_aware_and_naive() -> None:
    tz.set_clock(Clock(True, "Asia/Tokyo"))
    naive = dt.datetime(2024, 7, 1, 21, 0)
    assert tz.make_aware(naive) == NOON
    assert tz.make_naive(NOON) == naive
    assert tz.localtime(NOON).hour == 21
    assert tz.localtime(NOON, "Europe/Paris").hour == 14
    for function, value in ((tz.make_aware, NOON), (tz.make_naive, naive), (tz.localtime, naive)):
        with pytest.raises(ValueError, match="expects"):
            function(value)


def test_an_hour_that_comes_twice() -> None:
    twice = dt.datetime(2024, 10, 27, 2, 30)
    first, second = tz.make_aware(twice, "Europe/Paris"), tz.make_aware(twice, "Europe/Paris", is_dst=False)
    assert second - first == dt.timedelta() and second.utcoffset() == first.utcoffset() - dt.timedelta(hours=1)


def test_unknown_zones() -> None:
    with pytest.raises(ConfigurationError, match="Mars"):
        tz.parse_timezone("Mars/Olympus")


def test_values_come_back_in_the_configured_zone(recorder: Recorder) -> None:
    import asyncio

    import unit_models

    async def main() -> Any:
        async with recording(recorder, standard_dialect(), {"units": [unit_models]}, timezone="Asia/Tokyo"):
            recorder.answer([(1, "a", None, True, None, None, NOON, 1)])
            (event,) = await Event.all()
            return event.at

    at = asyncio.run(main())
    assert at == NOON and at.utcoffset() == dt.timedelta(hours=9)


def test_a_moment_is_stored_and_compared_in_utc(recorder: Recorder, run: Any) -> None:
    moment = NOON.astimezone(dt.timezone(dt.timedelta(hours=5)))

    async def test(context: Any) -> None:
        await Event.filter(at=moment)

    run(test)
    (bound,) = recorder.sent[0].params
    assert bound == NOON
