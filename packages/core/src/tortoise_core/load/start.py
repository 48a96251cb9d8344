"""What a model's manager puts before every query of it."""

from __future__ import annotations

from tortoise_core.load.prepared import Steps
from tortoise_core.schema.record import Record


def first_steps(record: type[Record]) -> Steps:
    """The steps that queries of a model start with; none without a manager."""
    if record._managed is None:
        return ()
    steps: Steps = record._managed()._steps
    return steps
