"""The compliance table: what came of the cases of each area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

OUTCOMES = ("passed", "gaps", "failed", "skipped")


class Report:
    """Counts outcomes by area, in the order in which areas were first seen."""

    def __init__(self) -> None:
        self.areas: dict[str, Counter[str]] = {}
        #: what is to be said beside the table, such as suites that were not run
        self.notes: list[str] = []

    def add(self, area: str, outcome: str) -> None:
        """One case of `area` ended in one of `OUTCOMES`."""
        self.areas.setdefault(area, Counter())[outcome] += 1

    def lines(self) -> list[str]:
        """The table and the notes, as lines of plain text."""
        return (self._table() if self.areas else []) + self.notes

    def _table(self) -> list[str]:
        rows = [(area, *_numbers(found)) for area, found in self.areas.items()]
        total: Counter[str] = sum(self.areas.values(), Counter())
        head = ("area", "cases", *OUTCOMES)
        return _columns([head, *rows, ("all", *_numbers(total))])


def _numbers(found: Counter[str]) -> tuple[str, ...]:
    return tuple([str(sum(found.values())), *[str(found[outcome]) for outcome in OUTCOMES]])


def _columns(rows: Iterable[tuple[str, ...]]) -> list[str]:
    table = list(rows)
    widths = [max(len(row[at]) for row in table) for at in range(len(table[0]))]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in table]
