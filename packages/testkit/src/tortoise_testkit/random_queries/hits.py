"""How often each lookup was tried on each type, on rows with a value and on rows with NULL."""

from __future__ import annotations

from collections import Counter

from tortoise_testkit.random_queries.kinds import CELLS, KINDS

#: a cell with fewer hits has not been tested
LEAST = 20
Hit = tuple[str, str, bool]


class Hits:
    """Counts queries by (lookup, type, is the column NULL): one per query that had such a row to decide on."""

    def __init__(self) -> None:
        self.counts: Counter[Hit] = Counter()
        self.queries = 0

    def add(self, seen: set[Hit]) -> None:
        """One query whose answer was right."""
        self.queries += 1
        self.counts.update(seen)

    def missing(self, lookup: str, kind: str) -> int:
        """How many more queries a cell needs."""
        return max(0, LEAST - min(self.counts[lookup, kind, null] for null in (False, True)))

    def lines(self) -> list[str]:
        """The table: hits on values / hits on NULL; "-" where a lookup makes no sense."""
        lookups = list(dict.fromkeys(lookup for lookup, _ in CELLS))
        width = max(map(len, lookups))
        head = " ".join([" " * width, *[f"{name:>11}" for name in KINDS]])
        return [head, *[" ".join([f"{lookup:<{width}}", *self._cells(lookup)]) for lookup in lookups]]

    def _cells(self, lookup: str) -> list[str]:
        texts = []
        for name in KINDS:
            value, null = self.counts[lookup, name, False], self.counts[lookup, name, True]
            texts.append(f"{f'{value}/{null}' if (lookup, name) in CELLS else '-':>11}")
        return texts
