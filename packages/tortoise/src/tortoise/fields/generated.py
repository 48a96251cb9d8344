"""Columns that the database computes."""

from tortoise_core.schema.fields.computed import GeneratedField

__all__ = ["GeneratedField"]
