"""Zones of the IANA database, with the name that programs ask for."""

from __future__ import annotations

import zoneinfo
from typing import Optional


class ZoneInfo(zoneinfo.ZoneInfo):
    """`zoneinfo.ZoneInfo` with its name as `zone`, which pytz had."""

    @property
    def zone(self) -> Optional[str]:
        """The name, such as "Europe/Berlin"; None for a zone without one."""
        return self.key
