"""Names in an order: checked, and turned around."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.load.prepared import Steps
from tortoise_core.query.clauses.ordering import ordered_name
from tortoise_core.query.expressions import Expression
from tortoise_core.query.lateral import Lateral
from tortoise_core.query.ordering import Ordering
from tortoise_core.query.paths import parse_path, unknown_path
from tortoise_core.query.steps import Annotate
from tortoise_core.query.steps.order_by import Orderable
from tortoise_core.schema.meta import MetaInfo


def reversed_order(orderings: Iterable[Orderable]) -> tuple[Orderable, ...]:
    """The opposite order."""
    return tuple([_reversed(entry) for entry in orderings])


def _reversed(entry: Orderable) -> Orderable:
    if isinstance(entry, str):
        return entry[1:] if entry.startswith("-") else f"-{entry}"
    return entry.reversed() if isinstance(entry, Ordering) else entry.desc()


def check_entries(meta: MetaInfo, orderings: Iterable[Orderable], steps: Steps) -> None:
    """Raise FieldError at once for names in an order that cannot be meant."""
    for entry in orderings:
        name = ordered_name(entry.asc() if isinstance(entry, Expression) else entry)
        if name:
            check_order(meta, name, steps)


def check_order(meta: MetaInfo, name: str, steps: Steps) -> None:
    """Raise FieldError at once where a name in an order cannot be meant."""
    if name in meta.fields_map or name.partition("__")[0] == "pk":
        return
    path = parse_path(meta, name)
    if path.field is not None or path.key or (path.last is not None and not path.rest):
        return
    annotations = {
        key: value for step in steps if isinstance(step, Annotate) for key, value in step.annotations.items()
    }
    joined = [key for key, value in annotations.items() if isinstance(value, Lateral)]
    if name not in annotations and not any(name.startswith(f"{key}__") for key in joined):
        raise unknown_path(meta, name, annotations)
