"""Floor 1: the statement tree."""
