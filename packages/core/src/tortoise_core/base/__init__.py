"""Floor 0: errors, time zones, names and logging; imports nothing of the engine."""
