"""The Python value of a range, the same whatever library reads it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Generic, Optional, TypeVar

B = TypeVar("B")

#: which bounds belong to a range: "[" and "]" do, "(" and ")" do not
BOUNDS = ("[)", "[]", "(]", "()")


class Range(Generic[B]):
    """All values from `lower` to `upper`. None: without a bound on that side.

    `bounds` says which of the two belong to it: "[)" (the default: the lower one does), "[]", "(]" or "()". `empty`
    is the range without any value, which has neither bounds nor a place. Ranges never change; equal ones are equal and
    hash alike. Raises ValueError for a lower bound above the upper one, TypeError for bounds that do not compare.
    """

    __module__ = "tortoise.contrib.postgres.ranges"
    __slots__ = ("bounds", "empty", "lower", "upper")
    lower: Optional[B]
    upper: Optional[B]
    bounds: str
    empty: bool

    def __init__(
        self, lower: Optional[B] = None, upper: Optional[B] = None, bounds: str = "[)", *, empty: bool = False
    ) -> None:
        if bounds not in BOUNDS:
            raise ValueError(f"the bounds of a range are one of {', '.join(BOUNDS)}, not {bounds!r}")
        if not empty and lower is not None and upper is not None:
            if upper < lower:  # type: ignore[operator]  # told by a TypeError
                raise ValueError(f"the lower bound {lower!r} of a range is above its upper bound {upper!r}")
            empty = lower == upper and bounds != "[]"
        if empty:
            lower, upper, bounds = None, None, "()"
        elif lower is None or upper is None:
            # there is no value at an end that is open (PostgreSQL manual, "Infinite (Unbounded) Ranges")
            bounds = ("(" if lower is None else bounds[0]) + (")" if upper is None else bounds[1])
        set_slot = object.__setattr__
        set_slot(self, "lower", lower)
        set_slot(self, "upper", upper)
        set_slot(self, "bounds", bounds)
        set_slot(self, "empty", empty)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a Range never changes; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Range never changes; make another one")

    @property
    def lower_inc(self) -> bool:
        """True if the lower bound belongs to the range."""
        return self.bounds[0] == "["

    @property
    def upper_inc(self) -> bool:
        """True if the upper bound belongs to the range."""
        return self.bounds[1] == "]"

    @property
    def isempty(self) -> bool:
        """`empty`, as client libraries call it."""
        return self.empty

    def __contains__(self, value: Any) -> bool:
        if self.empty:
            return False
        if self.lower is not None and (value < self.lower or (value == self.lower and not self.lower_inc)):
            return False
        return self.upper is None or value < self.upper or bool(value == self.upper and self.upper_inc)

    def _identity(self) -> tuple[Any, ...]:
        return (self.lower, self.upper, self.bounds, self.empty)

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Range) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, self._identity()

    def __repr__(self) -> str:
        if self.empty:
            return "Range(empty=True)"
        return f"Range({self.lower!r}, {self.upper!r}, {self.bounds!r})"


class RangeList(list):  # type: ignore[type-arg]  # ranges, the library's own or these
    """The ranges of one multirange, told apart by its class from an array of ranges."""

    __slots__ = ()


def with_zone(value: Range[Any], zone: Optional[dt.tzinfo]) -> Range[Any]:
    """A range of moments whose bounds say that they are of `zone`, or (None) do not say."""
    ends = [None if end is None else end.replace(tzinfo=zone) for end in (value.lower, value.upper)]
    return value if value.empty else Range(ends[0], ends[1], value.bounds)


def _made(lower: Any, upper: Any, bounds: str, empty: bool) -> Range[Any]:
    return Range(lower, upper, bounds, empty=empty)


def merged(ranges: Iterable[Range[Any]]) -> list[Range[Any]]:
    """Ranges in order, without empty ones, and one in place of several that overlap or touch."""
    left = [each for each in ranges if not each.empty]
    out: list[Range[Any]] = [each for each in left if each.lower is None][:1]
    starts = sorted([each for each in left if each.lower is not None], key=_start)
    for each in [*[each for each in left if each.lower is None][1:], *starts]:
        if out and _touches(out[-1], each):
            out[-1] = _joined(out[-1], each)
        else:
            out.append(each)
    return out


def _start(each: Range[Any]) -> tuple[Any, bool]:
    return each.lower, not each.lower_inc


def _touches(first: Range[Any], second: Range[Any]) -> bool:
    """True if nothing lies between two ranges, of which `first` begins first."""
    if first.upper is None or second.lower is None:
        return True
    if first.upper == second.lower:
        return first.upper_inc or second.lower_inc
    return bool(second.lower < first.upper)


def _joined(first: Range[Any], second: Range[Any]) -> Range[Any]:
    """From where `first` begins to where the later of two ends."""
    last = first
    if first.upper is not None and (
        second.upper is None or (first.upper, first.upper_inc) < (second.upper, second.upper_inc)
    ):
        last = second
    return Range(first.lower, last.upper, first.bounds[0] + last.bounds[1])
