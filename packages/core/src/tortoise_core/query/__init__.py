"""Floor 6: from a chain of calls to a statement tree."""
