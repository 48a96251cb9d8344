"""A model in words, for people and for programs that read models: what `Model.describe` gives."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

from tortoise_core.query.indexes import Index
from tortoise_core.schema.fields.base import Field
from tortoise_core.schema.meta import MetaInfo
from tortoise_core.schema.record import Record


def describe_model(model: type[Record], serializable: bool = True) -> dict[str, Any]:
    """Everything about `model`; `serializable` (the default) leaves nothing that JSON has no form for.

    A primary key of several columns is a list of descriptions.
    """
    meta = model._meta
    keys = [field.describe(serializable) for field in meta.key]

    def all_of(names: Iterable[str]) -> list[dict[str, Any]]:
        wanted = set(names)
        found = [field for name, field in meta.fields_map.items() if name in wanted]
        return [field.describe(serializable) for field in found]

    columns = [name for name, field in meta.fields_map.items() if isinstance(field, Field) and not field.pk]
    return {
        "name": meta.full_name,
        "app": meta.app,
        "table": meta.db_table,
        "abstract": meta.abstract,
        "description": meta.table_description or None,
        "docstring": inspect.cleandoc(vars(model).get("__doc__") or "") or None,
        "unique_together": _unique_together(meta, serializable),
        "indexes": [_index(model, index, serializable) for index in meta.indexes],
        "pk_field": keys if len(keys) > 1 else keys[0] if keys else None,
        "data_fields": all_of(columns),
        "fk_fields": all_of(meta.fk_fields),
        "backward_fk_fields": all_of(meta.backward_fk_fields),
        "o2o_fields": all_of(meta.o2o_fields),
        "backward_o2o_fields": all_of(meta.backward_o2o_fields),
        "m2m_fields": all_of(meta.m2m_fields),
    }


def _unique_together(meta: MetaInfo, serializable: bool) -> Any:
    return [list(names) for names in meta.unique_together] if serializable else meta.unique_together


def _index(model: type[Record], index: Any, serializable: bool) -> Any:
    if not isinstance(index, Index):
        return list(index) if serializable else index
    index.resolve_expressions(model)
    return index.describe() if serializable else index
