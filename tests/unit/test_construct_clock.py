"""Moments given to a model are read on the clock that was configured, not on the default one."""

from __future__ import annotations

import datetime as dt
import warnings

import pytest

from tortoise import fields
from tortoise.models import Model
from tortoise_core.base import timezone
from tortoise_core.base.timezone import Clock

NAIVE = dt.datetime(2024, 7, 1, 12)


class ClockedEvent(Model):
    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()


def test_a_naive_moment_stays_naive_without_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "_clock", Clock(False, "Europe/Berlin"))
    assert ClockedEvent(at=NAIVE).at == NAIVE  # a warning would be an error here


def test_a_naive_moment_is_read_in_the_configured_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "_clock", Clock(True, "Europe/Berlin"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert ClockedEvent(at=NAIVE).at.astimezone(dt.timezone.utc).hour == 10


def test_a_moment_of_another_zone_is_kept_as_clocks_of_the_configured_one_show_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "_clock", Clock(False, "Europe/Berlin"))
    tokyo = dt.timezone(dt.timedelta(hours=9))
    assert ClockedEvent(at=dt.datetime(2024, 7, 1, 12, tzinfo=tokyo)).at == dt.datetime(2024, 7, 1, 5)
