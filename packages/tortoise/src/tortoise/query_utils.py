"""What queries are helped along with."""

from tortoise_core.load.branches import Prefetch

__all__ = ["Prefetch"]
