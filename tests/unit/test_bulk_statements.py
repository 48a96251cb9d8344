"""What bulk writes are compiled to, and what a dialect without more than the standard refuses."""

from __future__ import annotations

from typing import Any

import pytest
from unit_models import Event

from tortoise_core.base.errors import UnSupportedError
from tortoise_testkit.recording import Recorder


def event(number: int) -> Event:
    return Event(id=number, name=f"e{number}", team_id=1)


def test_an_update_of_many_by_cases(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        await Event.bulk_update([event(1), event(2), event(3)], ["name"])

    run(test)
    (sent,) = [sent for sent in recorder.sent if "UPDATE" in sent.sql]
    case, row = 'WHEN "id" = ? THEN CAST(? AS VARCHAR(40))', '"id" = ?'
    assert sent.sql == (
        f'UPDATE "event" SET "name" = CASE {" ".join([case] * 4)} ELSE "name" END WHERE {" OR ".join([row] * 4)}'
    )
    # rounded up to a power of two by the last row
    assert sent.params == (1, "e1", 2, "e2", 3, "e3", 3, "e3", 1, 2, 3, 3)


def test_an_update_of_many_stays_below_the_limit_of_parameters(run: Any, recorder: Recorder) -> None:
    async def test(context: Any) -> None:
        await Event.bulk_update([event(number) for number in range(1, 12)], ["name", "level"])

    run(test, max_params=40)
    updates = [sent for sent in recorder.sent if "UPDATE" in sent.sql]
    # five for each row, and three rows are rounded up to four
    assert [len(sent.params) for sent in updates] == [40, 20]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"ignore_conflicts": True}, "ignoring conflicts is not supported by standard 2016"),
        ({"on_conflict": ["id"], "update_fields": ["name"]}, "updating on conflict is not supported by standard 2016"),
    ],
)
def test_conflicts_are_refused_before_anything_is_sent(run: Any, recorder: Recorder, options: Any, said: str) -> None:
    async def test(context: Any) -> None:
        with pytest.raises(UnSupportedError, match=said):
            await Event.bulk_create([event(1)], **options)

    run(test)
    assert recorder.statements == []


def test_keys_that_are_not_told(run: Any) -> None:
    async def test(context: Any) -> None:
        with pytest.raises(UnSupportedError, match="standard does not tell which rows conflicted"):
            await Event.bulk_create([event(1)], ignore_conflicts=True)

    run(test, returning=False)
