"""The compliance suite that every dialect of Tortoise ORM runs."""

__version__ = "1.99.0"
