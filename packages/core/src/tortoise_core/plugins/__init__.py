"""Floor 3: the plugin manager."""
