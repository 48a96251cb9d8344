"""The public face of Tortoise ORM: names to import, no logic."""

__version__ = "1.99.0"
