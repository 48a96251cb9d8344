"""Ranges and multiranges: the Python value, their fields, their lookups."""
