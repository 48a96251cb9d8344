"""Names in an order: checked, and turned around."""

from __future__ import annotations

from collections.abc import Iterable

from tortoise_core.base.errors import FieldError
from tortoise_core.load.prepared import Steps
from tortoise_core.query.paths import parse_path
from tortoise_core.query.steps import Annotate
from tortoise_core.schema.meta import MetaInfo


def reversed_order(orderings: Iterable[str]) -> tuple[str, ...]:
    """The opposite order."""
    return tuple([name[1:] if name.startswith("-") else f"-{name}" for name in orderings])


def check_order(meta: MetaInfo, name: str, steps: Steps) -> None:
    """Raise FieldError at once where a name in an order cannot be meant."""
    if name in meta.fields_map or any(parse_path(meta, name)[1:3]) or name.partition("__")[0] == "pk":
        return
    if not any(name in step.annotations for step in steps if isinstance(step, Annotate)):
        raise FieldError(f"Unknown field {name} for model {meta.name}")
