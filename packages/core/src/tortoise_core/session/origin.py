"""Marks on instances: which connection knows their stored state, and whether that state came to stay.

An instance remembers the row it was loaded from or saved as, so that a later save writes only what
changed. That memory is worth nothing once the transaction that saved it was rolled back. So a save inside
a transaction leaves a mark that asks the transaction how it ended.
"""

from __future__ import annotations

from typing import Optional


class Scope:
    """A transaction or savepoint, as far as marks care: open, kept or undone."""

    __slots__ = ("outer", "state")
    OPEN, KEPT, UNDONE = range(3)

    def __init__(self, outer: Optional[Scope]) -> None:
        self.outer = outer
        self.state = Scope.OPEN

    def undone(self) -> bool:
        """True if this scope or one around it was rolled back."""
        scope: Optional[Scope] = self
        while scope is not None:
            if scope.state == Scope.UNDONE:
                return True
            scope = scope.outer
        return False


class Origin:
    """The mark of a connection: what the instance remembers is what that database holds."""

    __slots__ = ("owner",)

    def __init__(self, owner: object) -> None:
        self.owner = owner

    def settle(self) -> tuple[Optional[Origin], bool]:
        """(the mark that holds now or None for an unsaved instance, is the memory of the row right)."""
        return self, True


class ScopedOrigin(Origin):
    """The mark of a save inside a transaction; `prior` is what holds again if it is undone."""

    __slots__ = ("base", "prior", "scope")

    def __init__(self, base: Origin, scope: Scope, prior: Optional[Origin]) -> None:
        super().__init__(base.owner)
        self.base, self.scope, self.prior = base, scope, prior

    def settle(self) -> tuple[Optional[Origin], bool]:
        if not self.scope.undone():
            return self.base, True
        return (None, False) if self.prior is None else (self.prior.settle()[0], False)


class UnknownOrigin(Origin):
    """Saved, but nothing is known about the stored row: a copy, an unpickled or a constructed instance."""

    __slots__ = ()

    def settle(self) -> tuple[Optional[Origin], bool]:
        return self, False


UNKNOWN = UnknownOrigin(None)
