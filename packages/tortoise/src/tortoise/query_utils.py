"""What queries are helped along with."""

from tortoise_core.load.branches import Prefetch
from tortoise_core.query.q import Q

__all__ = ["Prefetch", "Q"]
