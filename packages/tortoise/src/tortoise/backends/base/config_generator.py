"""Configuration dicts from URLs."""

from tortoise_core.app.config_generator import DB_LOOKUP, expand_db_url, generate_config

__all__ = ["DB_LOOKUP", "expand_db_url", "generate_config"]
