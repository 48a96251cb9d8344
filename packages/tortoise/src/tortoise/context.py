"""Contexts: sets of connections and models that live side by side."""

from tortoise_core.app.startup import TortoiseContext
from tortoise_core.session.context import get_current_context, require_context, set_global_context

__all__ = ["TortoiseContext", "get_current_context", "require_context", "set_global_context"]
