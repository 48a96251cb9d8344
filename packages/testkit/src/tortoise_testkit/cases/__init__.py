"""The cases, one module per area: plain functions, most of them coroutines that are handed the database `db`."""
