"""Tests of the PostgreSQL dialect."""
