"""Tests of the SQLite dialect."""
