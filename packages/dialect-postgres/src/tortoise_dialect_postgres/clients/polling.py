"""Whether a socket has something to read, asked beside the event loop that reads it."""

from __future__ import annotations

import select
from typing import Any


def poll_of(sock: Any) -> Any:
    """A poll object on a socket, or on its number, for its method ``poll(0)``: one system call, half a microsecond.

    None where there is no socket, or no such call (Windows).
    """
    if sock is None or not hasattr(select, "poll"):
        return None
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return poll
