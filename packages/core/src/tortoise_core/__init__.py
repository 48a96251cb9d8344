"""The dialect-free engine of Tortoise ORM: models, query AST, hook specs. It names no database."""

__version__ = "1.99.0"
