"""Managers: where the queries of a model start."""

from tortoise_core.model.manager import Manager

__all__ = ["Manager"]
