"""Floor 9: awaitable querysets."""
