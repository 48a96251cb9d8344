"""How a transaction is to run: what it sees of others, and whether it writes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Optional, Union

from tortoise_core.base.errors import ParamsError, UnSupportedError
from tortoise_core.dialect.capabilities import Capabilities


class IsolationLevel(str, Enum):
    """What a transaction may see of others that run at the same time (SQL standard, "isolation level")."""

    READ_UNCOMMITTED = "read uncommitted"
    READ_COMMITTED = "read committed"
    REPEATABLE_READ = "repeatable read"
    SERIALIZABLE = "serializable"


@dataclass(frozen=True)
class TransactionOptions:
    """What is asked of a transaction. `isolation` None is the server's own choice.

    `deferrable`: a serializable transaction that only reads may wait at first, and is then never refused.
    """

    isolation: Optional[IsolationLevel] = None
    read_only: bool = False
    deferrable: bool = False

    def check(self, capabilities: Capabilities) -> None:
        """Raise UnSupportedError for what the server lacks."""
        lacking = []
        if self.isolation is not None and self.isolation.value not in capabilities.isolation_levels:
            known = ", ".join(capabilities.isolation_levels)
            lacking.append(f"isolation level {self.isolation.value} (it has: {known})")
        if self.read_only and not capabilities.read_only_transactions:
            lacking.append("a read-only transaction")
        if self.deferrable and not capabilities.deferrable_transactions:
            lacking.append("a deferrable transaction")
        if lacking:
            version = ".".join(map(str, capabilities.version))
            raise UnSupportedError(f"{lacking[0]} is not supported by {capabilities.dialect} {version}")

    def __str__(self) -> str:
        parts = [self.isolation.value if self.isolation is not None else "the default isolation level"]
        parts += [name for name, on in (("read only", self.read_only), ("deferrable", self.deferrable)) if on]
        return ", ".join(parts)


def transaction_options(
    isolation: Union[IsolationLevel, str, None], read_only: bool, deferrable: bool
) -> Optional[TransactionOptions]:
    """The options, or None if nothing is asked for. Levels may be written "serializable", "REPEATABLE_READ", ...

    Raises ParamsError for other levels, and for `deferrable` of what is not serializable and read only, where it means
    nothing.
    """
    level = _level(isolation)
    if deferrable and not (read_only and level is IsolationLevel.SERIALIZABLE):
        raise ParamsError('deferrable=True goes with isolation="serializable" and read_only=True')
    if level is None and not read_only:
        return None
    return TransactionOptions(level, bool(read_only), bool(deferrable))


def _level(isolation: Union[IsolationLevel, str, None]) -> Optional[IsolationLevel]:
    if isolation is None or isinstance(isolation, IsolationLevel):
        return isolation
    try:
        return IsolationLevel(str(isolation).lower().replace("_", " "))
    except ValueError:
        levels = ", ".join([level.value for level in IsolationLevel])
        raise ParamsError(f"isolation is one of {levels}, not {isolation!r}") from None
