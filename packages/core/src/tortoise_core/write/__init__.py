"""Floor 8: inserts, updates and deletes of instances."""
