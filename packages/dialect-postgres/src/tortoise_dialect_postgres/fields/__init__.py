"""Fields for types that PostgreSQL alone has."""
