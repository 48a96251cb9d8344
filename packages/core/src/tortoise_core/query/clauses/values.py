"""The values that a query for dicts or tuples selects."""

from __future__ import annotations

from tortoise_core.base.errors import FieldError
from tortoise_core.query.clauses.only import only_fields
from tortoise_core.query.paths import parse_path
from tortoise_core.query.resolving import QueryScope
from tortoise_core.query.scope import Term


def all_names(scope: QueryScope) -> tuple[tuple[str, str], ...]:
    """What is selected without names, (key, path) each: the columns, the annotations, what is joined."""
    own, _ = only_fields(scope)
    fields = scope.meta.columns if own is None else own
    names = [field.model_field_name for field in fields] + list(scope.request.annotations)
    names += [f"{name}__{key}" for name in scope.request.laterals for key in scope.joined(name).columns]
    return tuple([(name, name) for name in names])


def value(scope: QueryScope, path: str) -> Term:
    """The column or annotation that `path` means. Raises FieldError for a relation."""
    if path not in scope.request.annotations:
        parsed = parse_path(scope.meta, path)
        if parsed.field is None and parsed.last is not None and not parsed.rest:
            hint = f'"{path}__{parsed.last.related_model._meta.key[0].model_field_name}"'
            raise FieldError(f'"{path}" is a relation; select one of its fields, such as {hint}')
    return scope.path(path)
