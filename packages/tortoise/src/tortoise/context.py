"""Contexts: sets of connections and models that live side by side."""

from tortoise_core.app.testing import tortoise_test_context
from tortoise_core.app.tortoise_context import TortoiseContext
from tortoise_core.session.context import (
    _current_context,
    get_current_context,
    require_context,
    set_global_context,
)

__all__ = [
    "TortoiseContext",
    "_current_context",
    "get_current_context",
    "require_context",
    "set_global_context",
    "tortoise_test_context",
]
