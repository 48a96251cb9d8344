"""Routers: which connection a model is read from and written to."""

from tortoise_core.session.blocks import ConnectionRouter, router

__all__ = ["ConnectionRouter", "router"]
