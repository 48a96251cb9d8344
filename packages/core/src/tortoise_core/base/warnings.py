"""The warnings."""

from __future__ import annotations


class TortoiseLoopSwitchWarning(UserWarning):
    """A connection is used on another event loop than before, while its sessions there were never closed.

    They are dropped and new ones are opened. In tests that is often meant; in a program it says that
    `close_connections` was forgotten, or that work was started on a loop that nobody runs any more.
    """
