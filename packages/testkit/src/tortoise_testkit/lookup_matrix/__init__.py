"""Every lookup on every type of field, and what plain Python says about it."""
