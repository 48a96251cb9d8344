"""PostgreSQL for Tortoise ORM."""

__version__ = "1.99.0"
