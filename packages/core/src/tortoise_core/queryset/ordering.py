"""Names in an order: checked, and turned around."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.load.prepared import Steps
from tortoise_core.query.paths import parse_path, unknown_path
from tortoise_core.query.steps import Annotate
from tortoise_core.schema.meta import MetaInfo


def reversed_order(orderings: Iterable[str]) -> tuple[str, ...]:
    """The opposite order."""
    return tuple([name[1:] if name.startswith("-") else f"-{name}" for name in orderings])


def check_order(meta: MetaInfo, name: str, steps: Steps) -> None:
    """Raise FieldError at once where a name in an order cannot be meant."""
    if name in meta.fields_map or name.partition("__")[0] == "pk":
        return
    path = parse_path(meta, name)
    if path.field is not None or path.key or (path.last is not None and not path.rest):
        return
    annotated = [key for step in steps if isinstance(step, Annotate) for key in step.annotations]
    if name not in annotated:
        raise unknown_path(meta, name, annotated)
