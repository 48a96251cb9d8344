"""Fields whose values are the members of an enumeration."""

from __future__ import annotations

from contextlib import suppress
from enum import Enum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Optional, TypeVar, overload

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.timezone import Clock
from tortoise_core.schema.fields.base import Convert
from tortoise_core.schema.fields.data import CharField, SmallIntField

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from tortoise_core.schema.fields.options import EnumOptions

E = TypeVar("E", bound=Enum)

#: the value of a member, past the descriptor that `Enum.value` is
_value = attrgetter("_value_")


class _Members(dict[Any, Any]):
    """Stored value -> member; what is missing is left to the enumeration, which may know more values."""

    __slots__ = ("enum_type",)

    def __init__(self, enum_type: type[Enum]) -> None:
        super().__init__({_value(member): member for member in enum_type})
        self.enum_type = enum_type

    def __missing__(self, value: Any) -> Any:
        return self.enum_type(value)


def _listed(enum_type: type[Enum]) -> str:
    """The description that a column gets where none is given: the members and their values."""
    return "\n".join([f"{name}: {_value(member)}" for name, member in enum_type.__members__.items()])[:2048]


def _member(enum_type: type[Enum], kind: type, value: Any) -> Any:
    if isinstance(value, enum_type):
        return value
    for candidate in (value, _as(kind, value)):
        with suppress(ValueError, KeyError):
            return enum_type(candidate)
    known = ", ".join([repr(_value(member)) for member in enum_type])
    raise ValueError(f"{value!r} is none of {enum_type.__name__}: {known}")


def _as(kind: type, value: Any) -> Any:
    """`value` as the members' own values are written; as it is where it cannot be that."""
    try:
        return kind(value)
    except (ValueError, TypeError):
        return value


class IntEnumFieldInstance(SmallIntField[Any]):
    """The members of an enumeration of integers of 16 bits, stored as these."""

    arguments = ("enum_type",)
    guard_kind: Any

    def __init__(
        self, enum_type: type[Enum], description: Optional[str] = None, generated: bool = False, **kwargs: Any
    ) -> None:
        for member in enum_type:
            if not isinstance(_value(member), int):
                raise ConfigurationError("IntEnumField only supports integer enums!")
        super().__init__(
            description=_listed(enum_type) if description is None else description, generated=generated, **kwargs
        )
        if any(not self.minimum <= _value(member) <= self.maximum for member in enum_type):
            raise ConfigurationError(f"The valid range of IntEnumField's values is {self.minimum}..{self.maximum}!")
        self.enum_type = self.guard_kind = enum_type
        self.guard, self.argument_guard = "_type({v}) is {kind}", None
        self._members = _Members(enum_type)

    def convert(self, value: Any, clock: Clock) -> Any:
        return _member(self.enum_type, int, value)

    def check(self, value: Any) -> Any:
        return value

    @property
    def encoding(self) -> Convert:
        return _value

    @property
    def decoding(self) -> Convert:
        return self._members.__getitem__


class CharEnumFieldInstance(CharField[Any]):
    """The members of an enumeration, stored as their values in text of `max_length` (default: the longest)."""

    arguments: ClassVar[tuple[str, ...]] = ("enum_type", "max_length")
    guard_kind: Any

    def __init__(
        self, enum_type: type[Enum], description: Optional[str] = None, max_length: int = 0, **kwargs: Any
    ) -> None:
        longest = max([len(str(_value(member))) for member in enum_type], default=0)
        super().__init__(
            max_length=max_length or longest,
            description=_listed(enum_type) if description is None else description,
            **kwargs,
        )
        if longest > self.max_length:
            raise ConfigurationError(f"{enum_type.__name__} has values of more than max_length={max_length} characters")
        self.enum_type = self.guard_kind = enum_type
        self.guard, self.argument_guard = "_type({v}) is {kind}", None
        self._members = _Members(enum_type)
        self._members.update({str(_value(member)): member for member in enum_type})

    def convert(self, value: Any, clock: Clock) -> Any:
        return _member(self.enum_type, str, self._members.get(value, value) if isinstance(value, str) else value)

    def check(self, value: Any) -> Any:
        return value

    @property
    def encoding(self) -> Convert:
        return _value if all(type(_value(member)) is str for member in self.enum_type) else _text_of_value

    @property
    def decoding(self) -> Convert:
        return self._members.__getitem__


def _text_of_value(member: Enum) -> str:
    return str(_value(member))


@overload
def IntEnumField(
    enum_type: type[E], description: Optional[str] = None, *, null: Literal[True], **kwargs: Unpack[EnumOptions]
) -> Optional[E]: ...


@overload
def IntEnumField(
    enum_type: type[E], description: Optional[str] = None, *, null: Literal[False] = ..., **kwargs: Unpack[EnumOptions]
) -> E: ...


def IntEnumField(enum_type: type[Enum], description: Optional[str] = None, **kwargs: Any) -> Any:
    """A field for the members of an enumeration of integers of 16 bits. ConfigurationError for other ones.

    Its attribute is typed as the enumeration. `description` is by default the list of members.
    """
    return IntEnumFieldInstance(enum_type, description, **kwargs)


@overload
def CharEnumField(
    enum_type: type[E],
    description: Optional[str] = None,
    max_length: int = 0,
    *,
    null: Literal[True],
    **kwargs: Unpack[EnumOptions],
) -> Optional[E]: ...


@overload
def CharEnumField(
    enum_type: type[E],
    description: Optional[str] = None,
    max_length: int = 0,
    *,
    null: Literal[False] = ...,
    **kwargs: Unpack[EnumOptions],
) -> E: ...


def CharEnumField(enum_type: type[Enum], description: Optional[str] = None, max_length: int = 0, **kwargs: Any) -> Any:
    """A field for the members of an enumeration, stored as text of `max_length` (default: the longest value).

    Its attribute is typed as the enumeration. `description` is by default the list of members.
    """
    return CharEnumFieldInstance(enum_type, description, max_length, **kwargs)
