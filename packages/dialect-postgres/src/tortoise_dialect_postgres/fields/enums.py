"""Members of an enumeration in a type of the server's own."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Optional, TypeVar, overload

from tortoise_core.ast import types
from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.enums import CharEnumFieldInstance

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import EnumOptions

E = TypeVar("E", bound=Enum)
#: PostgreSQL manual, "Enumerated Types": most bytes of a label
LONGEST = 63
#: where users import the fields from, and so what migrations name
FACE = "tortoise.contrib.postgres.types"


class PostgresEnumFieldInstance(CharEnumFieldInstance):
    """What `PostgresEnumField` makes."""

    __module__ = FACE

    arguments = ("enum_type", "name", "schema")

    def __init__(
        self,
        enum_type: type[Enum],
        name: Optional[str] = None,
        schema: Optional[str] = None,
        description: Optional[str] = None,
        **kwargs: Any,
    ) -> None:
        self.name, self.schema = name or snake_case(enum_type.__name__), schema
        self.labels = tuple([str(member.value) for member in enum_type])
        wrong = [label for label in self.labels if not label or "\0" in label or len(label.encode()) > LONGEST]
        if wrong or not self.labels or len(set(self.labels)) < len(self.labels):
            raise ConfigurationError(
                f"{enum_type.__name__}: the values of a PostgreSQL enumeration are texts of 1 to {LONGEST} bytes, "
                f"no two of them alike{f', not {wrong[0]!r}' if wrong else ''}"
            )
        super().__init__(enum_type, description, **kwargs)

    def base_type(self, clock: Clock) -> types.SqlType:
        return types.Enumeration(self.name, self.labels, self.schema)


def snake_case(name: str) -> str:
    """The name of a class as the name of a type: ``OrderState`` is ``order_state``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


@overload
def PostgresEnumField(
    enum_type: type[E],
    name: Optional[str] = None,
    schema: Optional[str] = None,
    *,
    null: Literal[True],
    **kwargs: Unpack[EnumOptions],
) -> Optional[E]: ...


@overload
def PostgresEnumField(
    enum_type: type[E],
    name: Optional[str] = None,
    schema: Optional[str] = None,
    *,
    null: Literal[False] = ...,
    **kwargs: Unpack[EnumOptions],
) -> E: ...


def PostgresEnumField(
    enum_type: type[Enum], name: Optional[str] = None, schema: Optional[str] = None, **kwargs: Any
) -> Any:
    """A field for the members of an enumeration, in a type of the server's own that `generate_schemas` creates.

    `name` of the type is by default that of the class, in snake case; fields of one enumeration share it. The labels
    are the members' values, and order as they are declared. ConfigurationError for values that cannot be labels.
    """
    return PostgresEnumFieldInstance(enum_type, name, schema, **kwargs)
