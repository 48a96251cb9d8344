"""Floor 12: start-up and shutdown."""
