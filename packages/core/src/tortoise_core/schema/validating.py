"""Validators of text and numbers: callables that raise ValidationError for values that a field is not to hold."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sized
from decimal import Decimal
from typing import Any, ClassVar, Union

from tortoise_core.base.errors import ConfigurationError, ValidationError

Number = Union[int, float, Decimal]


class Validator(ABC):
    """Base of validators that have arguments. Any callable may validate."""

    @abstractmethod
    def __call__(self, value: Any) -> None:
        """Raise ValidationError if `value` is not to be stored."""


def text(value: Any) -> str:
    """`value`, which must be text. Raises ValidationError."""
    if isinstance(value, str):
        return value
    raise ValidationError(f"Value must be text, not {type(value).__name__}")


class RegexValidator(Validator):
    """Text must match `pattern` from its beginning; `flags` are those of `re`. ConfigurationError for a bad pattern."""

    def __init__(self, pattern: str, flags: Union[int, re.RegexFlag]) -> None:
        try:
            self.regex = re.compile(pattern, flags)
        except re.error as error:
            raise ConfigurationError(f"{pattern!r} is no regular expression: {error}") from error

    def __call__(self, value: Any) -> None:
        if not self.regex.match(text(value)):
            raise ValidationError(f"Value '{value}' does not match regex '{self.regex.pattern}'")


def _length(value: Any) -> int:
    if value is None:
        raise ValidationError("Value must not be None")
    if not isinstance(value, Sized):
        raise ValidationError(f"Value must have a length, which {type(value).__name__} has not")
    return len(value)


class MaxLengthValidator(Validator):
    """At most `max_length` characters or items."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def __call__(self, value: Any) -> None:
        length = _length(value)
        if length > self.max_length:
            raise ValidationError(f"Length of '{value}' {length} > {self.max_length}")


class MinLengthValidator(Validator):
    """At least `min_length` characters or items."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def __call__(self, value: Any) -> None:
        length = _length(value)
        if length < self.min_length:
            raise ValidationError(f"Length of '{value}' {length} < {self.min_length}")


class NumericValidator(Validator):
    """Base of validators of numbers."""

    #: what counts as a number
    types: ClassVar[tuple[type, ...]] = (int, float, Decimal)

    def _validate_type(self, value: Any) -> None:
        if not isinstance(value, self.types):
            raise ValidationError("Value must be a numeric value and is required")


class MinValueValidator(NumericValidator):
    """A number of at least `min_value`. ValidationError if that is none itself."""

    def __init__(self, min_value: Number) -> None:
        self._validate_type(min_value)
        self.min_value = min_value

    def __call__(self, value: Any) -> None:
        self._validate_type(value)
        # NaN is neither less nor greater
        if not value >= self.min_value:
            raise ValidationError(f"Value should be greater or equal to {self.min_value}")


class MaxValueValidator(NumericValidator):
    """A number of at most `max_value`. ValidationError if that is none itself."""

    def __init__(self, max_value: Number) -> None:
        self._validate_type(max_value)
        self.max_value = max_value

    def __call__(self, value: Any) -> None:
        self._validate_type(value)
        if not value <= self.max_value:
            raise ValidationError(f"Value should be less or equal to {self.max_value}")


class CommaSeparatedIntegerListValidator(Validator):
    """Whole numbers with commas between them; `allow_negative` (default False) lets them have a sign."""

    def __init__(self, allow_negative: bool = False) -> None:
        number = r"(-)?\d+" if allow_negative else r"\d+"
        self.regex = RegexValidator(rf"^{number}(?:,{number})*\Z", 0)

    def __call__(self, value: Any) -> None:
        self.regex(value)
