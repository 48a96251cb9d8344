"""What a capability has to be, where one value does not say it: ``requireCapability(dialect=NotEQ("x"))``."""

from __future__ import annotations

from typing import Any


class Condition:
    """Equal to the values that it accepts."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r})"

    __hash__ = None  # type: ignore[assignment]  # equal to many values, so none


class NotEQ(Condition):
    """Any value but this one."""

    def __eq__(self, other: object) -> bool:
        return bool(self.value != other)


class In(Condition):
    """One of these values."""

    def __init__(self, *args: Any) -> None:
        super().__init__(args)

    def __eq__(self, other: object) -> bool:
        return other in self.value


class NotIn(Condition):
    """None of these values."""

    def __init__(self, *args: Any) -> None:
        super().__init__(args)

    def __eq__(self, other: object) -> bool:
        return other not in self.value
