"""Helpers for tests."""

from unittest import SkipTest, expectedFailure, skip, skipIf, skipUnless

from tortoise_core.app.testing import (
    ModulesConfigType,
    requireCapability,
    tortoise_test_context,
    truncate_all_models,
)
from tortoise_core.app.testing import in_memory as init_memory_sqlite
from tortoise_core.app.tortoise_context import TortoiseContext

MEMORY_SQLITE = "sqlite://:memory:"

__all__ = [
    "MEMORY_SQLITE",
    "ModulesConfigType",
    "SkipTest",
    "TortoiseContext",
    "expectedFailure",
    "init_memory_sqlite",
    "requireCapability",
    "skip",
    "skipIf",
    "skipUnless",
    "tortoise_test_context",
    "truncate_all_models",
]
