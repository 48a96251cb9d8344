"""The values that a query for dicts or tuples selects."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.query.paths import parse_path
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term


def value(scope: QueryScope, path: str) -> Term:
    """The column or annotation that `path` means. Raises FieldError for a relation."""
    if path not in scope.request.annotations:
        parsed = parse_path(scope.meta, path)
        if parsed.field is None and parsed.last is not None and not parsed.rest:
            hint = f'"{path}__{parsed.last.related_model._meta.key[0].model_field_name}"'
            raise FieldError(f'"{path}" is a relation; select one of its fields, such as {hint}')
    return scope.path(path)
