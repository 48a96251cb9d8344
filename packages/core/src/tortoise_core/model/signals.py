"""Signals: coroutine functions that run before and after an instance is saved or deleted."""

from __future__ import annotations

from collections.abc import Awaitable
from enum import Enum
from typing import Any, Callable, TypeVar

from tortoise_core.base.errors import ConfigurationError
from tortoise_core.base.names import shown
from tortoise_core.schema.record import Record

Listener = Callable[..., Awaitable[Any]]
L = TypeVar("L", bound=Listener)


class Signals(Enum):
    """When a listener runs, and what it is called with.

    `pre_save(sender, instance, using_db, update_fields)`,
    `post_save(sender, instance, created, using_db, update_fields)`,
    `pre_delete(sender, instance, using_db)` and `post_delete(sender, instance, using_db)`. `using_db` is what the
    statement runs on; `update_fields` is a list if the call named some, otherwise None.
    """

    pre_save = 1
    post_save = 2
    pre_delete = 3
    post_delete = 4


def pre_save(*senders: type[Record]) -> Callable[[L], L]:
    """Run the decorated coroutine function before instances of `senders` are saved."""
    return _listening(Signals.pre_save, senders)


def post_save(*senders: type[Record]) -> Callable[[L], L]:
    """Run the decorated coroutine function after instances of `senders` are saved."""
    return _listening(Signals.post_save, senders)


def pre_delete(*senders: type[Record]) -> Callable[[L], L]:
    """Run the decorated coroutine function before instances of `senders` are deleted."""
    return _listening(Signals.pre_delete, senders)


def post_delete(*senders: type[Record]) -> Callable[[L], L]:
    """Run the decorated coroutine function after instances of `senders` are deleted."""
    return _listening(Signals.post_delete, senders)


def _listening(signal: Signals, senders: tuple[Any, ...]) -> Callable[[L], L]:
    for sender in senders:
        if not (isinstance(sender, type) and issubclass(sender, Record)):
            raise ConfigurationError(f"{signal.name} takes models, not {shown(sender)}")

    def register(listener: L) -> L:
        for sender in senders:
            listen(sender, signal, listener)
        return listener

    return register


def listen(sender: type[Record], signal: Any, listener: Any) -> None:
    """Run `listener` for instances of exactly `sender`. Raises ConfigurationError for what cannot be that."""
    if not isinstance(signal, Signals):
        raise ConfigurationError(f"a signal is one of {', '.join(map(str, Signals))}, not {shown(signal)}")
    if not callable(listener):
        raise ConfigurationError(f"Signal listener must be callable, not {shown(listener)}")
    listeners = sender._meta.listeners
    listeners[signal] = (*listeners.get(signal, ()), listener)


async def send(signal: Signals, instance: Record, *arguments: Any) -> None:
    """Run the listeners of an instance's model, one after the other; what one raises goes to the caller."""
    sender = type(instance)
    for listener in sender._meta.listeners.get(signal, ()):
        await listener(sender, instance, *arguments)
