"""The type of ``pk``, for type checkers alone: that of the field `id`, and Any where the key goes by another name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from tortoise_core.schema.fields.base import Field

K = TypeVar("K")
K_co = TypeVar("K_co", covariant=True)


class _WithField(Protocol[K_co]):  # pyright: ignore[reportInvalidTypeVarUse]  # mypy wants it covariant
    """An instance with a field `id`, as checkers see it that take a field for what stands in the class."""

    @property
    def id(self) -> Field[K_co]: ...


class _WithValue(Protocol[K_co]):
    """An instance with an `id`."""

    @property
    def id(self) -> K_co: ...


class KeyValue:
    """What ``instance.pk`` is to type checkers. At run time it is a property of `Model`."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> KeyValue: ...

    @overload
    def __get__(self, instance: _WithField[K], owner: type[Any]) -> K: ...

    @overload
    def __get__(  # type: ignore[overload-cannot-match]  # mypy takes all protocols with one name for equal here
        self, instance: _WithValue[K], owner: type[Any]
    ) -> K: ...

    @overload
    def __get__(self, instance: object, owner: type[Any]) -> Any: ...

    def __get__(self, instance: Any, owner: Any) -> Any:
        raise NotImplementedError

    def __set__(self, instance: Any, value: Any) -> None:
        raise NotImplementedError
