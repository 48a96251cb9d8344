"""The warnings."""

from tortoise_core.base.warnings import TortoiseLoopSwitchWarning

__all__ = ["TortoiseLoopSwitchWarning"]
