"""Constraints of a table as a Meta class declares them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import shown
from tortoise_core.query.q import Q
from tortoise_core.schema.deferring import check_deferrable

#: SQL text, which must be the developer's own, or a condition on fields
CheckCondition = Union[str, Q]


@dataclass(frozen=True)
class UniqueConstraint:
    """No two rows have the same values in `fields`, among those that meet `condition` (default: among all).

    `name` is by default made of table and columns. `deferrable`: "deferred" checks at the end of the transaction,
    "immediate" after each statement unless the transaction says otherwise. `include` are fields kept in its index.
    `nulls_distinct` False: NULL is a value like others. Raises ConfigurationError where there are no fields.
    """

    fields: Sequence[str]
    name: Optional[str] = None
    condition: Optional[CheckCondition] = None
    deferrable: Optional[str] = None
    include: Sequence[str] = ()
    nulls_distinct: Optional[bool] = None

    def __post_init__(self) -> None:
        if isinstance(self.fields, str) or not self.fields:
            raise ConfigurationError(f"UniqueConstraint.fields is a list of field names, not {shown(self.fields)}")
        if not all(isinstance(name, str) for name in self.fields):
            raise ConfigurationError(f"UniqueConstraint.fields is a list of field names, not {shown(self.fields)}")
        object.__setattr__(self, "fields", tuple(self.fields))
        _check_condition("UniqueConstraint.condition", self.condition, optional=True)
        object.__setattr__(self, "include", field_list("UniqueConstraint.include", self.include))
        check_deferrable("UniqueConstraint", self.deferrable)
        if self.deferrable and self.condition is not None:
            raise ConfigurationError("a UniqueConstraint with a condition is an index, which cannot be deferred")

    @property
    def has_options(self) -> bool:
        """True if it says more than which fields."""
        return bool(self.deferrable or self.include or self.nulls_distinct is not None)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(dotted path of the class, positional arguments, keyword arguments) that make an equal constraint."""
        named: dict[str, Any] = {"fields": self.fields, "name": self.name}
        if self.condition is not None:
            named["condition"] = self.condition
        options = {
            "deferrable": self.deferrable,
            "include": self.include or None,
            "nulls_distinct": self.nulls_distinct,
        }
        named.update({key: value for key, value in options.items() if value is not None})
        return _path(self), [], named


def field_list(what: str, value: Any) -> tuple[str, ...]:
    """Names of fields as a tuple. Raises ConfigurationError."""
    if isinstance(value, str) or not all(isinstance(name, str) for name in value or ()):
        raise ConfigurationError(f"{what} is a list of field names, not {value!r}")
    return tuple(value or ())


@dataclass(frozen=True)
class CheckConstraint:
    """`check` holds for every row: SQL text as it stands, or a Q. Raises ConfigurationError without a name."""

    check: CheckCondition
    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ConfigurationError("a CheckConstraint needs a name")
        _check_condition("CheckConstraint.check", self.check, optional=False)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """(dotted path of the class, positional arguments, keyword arguments) that make an equal constraint."""
        return _path(self), [], {"check": self.check, "name": self.name}


def _check_condition(what: str, value: Any, optional: bool) -> None:
    if value is None and optional:
        return
    if not isinstance(value, (str, Q)) or not value or (isinstance(value, str) and not value.strip()):
        raise ConfigurationError(f"{what} is SQL text or a Q, not {shown(value)}")


def _path(constraint: Union[UniqueConstraint, CheckConstraint]) -> str:
    cls = type(constraint)
    module = "tortoise.migrations.constraints" if cls.__module__ == __name__ else cls.__module__
    return f"{module}.{cls.__qualname__}"
