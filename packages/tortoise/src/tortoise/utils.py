"""The schema as SQL, and sequences in parts."""

from tortoise_core.app.schema_sql import generate_schema_for_client, get_schema_sql
from tortoise_core.base.batches import batched, chunk

__all__ = ["batched", "chunk", "generate_schema_for_client", "get_schema_sql"]
