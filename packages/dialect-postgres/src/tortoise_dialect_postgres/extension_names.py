"""What types say where the extension that brings them is missing."""

from __future__ import annotations


def needs_extension(name: str) -> str:
    """What to do about a missing extension."""
    return (
        f'it comes with the extension {name}: run CREATE EXTENSION IF NOT EXISTS "{name}" as a user who may, or '
        f'await tortoise.contrib.postgres.extensions.ensure_extension(connection, "{name}")'
    )
