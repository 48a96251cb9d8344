"""PostgreSQL by psycopg, by the names that it had among the backends."""
