"""The suites of the dialects."""
