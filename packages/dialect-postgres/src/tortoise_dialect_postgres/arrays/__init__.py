"""Columns of arrays: what they hold, their field, their lookups."""
