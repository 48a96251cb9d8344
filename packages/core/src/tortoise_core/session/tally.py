"""What a pool counts, and whom it tells."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Callable, Optional

from tortoise_core.session.lease import Lease

logger = logging.getLogger("tortoise.pool")

#: told (event, lease or None, seconds); see `Pool.listeners`
Listener = Callable[[str, Optional[Lease], float], None]

TOTALS = ("opened", "closed", "healed", "heal_failed", "connect_failed", "waited", "timeouts")


class Tally:
    """The totals of one pool and its listeners."""

    def __init__(self) -> None:
        self.listeners: tuple[Listener, ...] = ()
        self.totals: dict[str, int] = {name: 0 for name in TOTALS}

    def note(self, total: str, event: str, lease: Optional[Lease], started: float) -> None:
        """Count one to `total` and tell the listeners of `event`, which began at `started`."""
        self.totals[total] += 1
        if self.listeners:
            self._tell(event, lease, monotonic() - started)

    def _tell(self, event: str, lease: Optional[Lease], seconds: float) -> None:
        for listener in self.listeners:
            try:
                listener(event, lease, seconds)
            except Exception:
                # the books of the pool must not depend on who reads along
                logger.exception('a pool listener failed on "%s"', event)
