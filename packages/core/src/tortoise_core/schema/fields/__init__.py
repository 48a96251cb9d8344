"""Column fields."""
