"""Passwords that are made when they are needed, such as tokens of a cloud that expire."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import Any, Callable, Optional, Union

from tortoise_core.base.errors import ConfigurationError

PasswordFactory = Callable[[], Union[str, Awaitable[str]]]
PasswordType = Union[str, PasswordFactory, None]


async def resolve_password(password: PasswordType) -> Optional[str]:
    """The password itself; a callable is called, and awaited if it is a coroutine function, each time.

    Raises ConfigurationError where that gives no text.
    """
    found: Any = password() if callable(password) else password
    if inspect.isawaitable(found):
        found = await found
    if found is not None and not isinstance(found, str):
        raise ConfigurationError(f"a password must be text; what was called gave {type(found).__name__}")
    return found
