"""Functions, aggregates and conditions that PostgreSQL alone has."""
