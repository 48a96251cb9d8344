"""Floor 7: from rows to instances."""
