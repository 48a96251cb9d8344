"""Configuration as values."""

from tortoise_core.app.config import AppConfig, ConnectionConfig, DBUrlConfig, TortoiseConfig

__all__ = ["AppConfig", "ConnectionConfig", "DBUrlConfig", "TortoiseConfig"]
