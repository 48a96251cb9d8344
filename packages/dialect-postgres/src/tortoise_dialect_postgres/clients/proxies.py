"""Sessions behind a proxy such as pgbouncer, that may give each transaction another session of the server.

What is bound to a session of the server (prepared statements, settings, LISTEN, locks and tables of the session) is
then lost, or worse, left to others. A proxy is found by the number of the process: the one told when the connection is
opened is the proxy's own invention, and not the one that the server tells when it is asked.
"""

from __future__ import annotations

import logging
import re
from typing import Optional

from tortoise_core.base.errors import UnSupportedError

logger = logging.getLogger("tortoise.postgres")

#: what statements begin with that set something for the session -> what may stand in their place
_BOUND = {
    r"SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)": "SET: use SET LOCAL inside a transaction, or ALTER ROLE ... SET",
    r"(?:UN)?LISTEN\b": "LISTEN: use a connection of its own, past the proxy",
    r"PREPARE\s+(?!TRANSACTION\b)": "PREPARE: statements are prepared for you where that is of use",
    r"CREATE\s+(?:(?:GLOBAL|LOCAL)\s+)?TEMP(?:ORARY)?\b(?!.*\bON\s+COMMIT\s+DROP\b)": (
        "a temporary table: create it inside a transaction, with ON COMMIT DROP"
    ),
    r"DECLARE\b.*\bWITH\s+HOLD\b": "WITH HOLD: fetch inside a transaction",
}
_BEGINNING = re.compile(r"\s*(?:" + "|".join(f"({pattern})" for pattern in _BOUND) + ")", re.IGNORECASE | re.DOTALL)
_LOCK = re.compile(r"\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(", re.IGNORECASE)
_LOCK_INSTEAD = "an advisory lock of the session: use pg_advisory_xact_lock inside a transaction"


def bound_to_session(sql: str) -> Optional[str]:
    """What in a user's statement is bound to the session it runs on, and what to do instead; None if nothing is.

    Only the beginning is read, and calls of the functions that lock: to find all of it would take a parser.
    """
    found = _BEGINNING.match(sql)
    if found is not None:
        return list(_BOUND.values())[int(found.lastindex or 1) - 1]
    return _LOCK_INSTEAD if _LOCK.search(sql) else None


class Proxy:
    """What one session minds. `stated`: the user said that it is there; otherwise it was found, and may be harmless.

    `marked`: the session may bear what the pool must not lend to others, and is to be closed. It is not to be reset:
    that would take from a session of the server, nobody knows which, what the proxy has set.
    """

    __slots__ = ("marked", "stated")

    def __init__(self, stated: bool) -> None:
        self.stated, self.marked = stated, False

    def refuse(self, what: str) -> None:
        """Raise UnSupportedError for what a session of one's own is the point of."""
        raise UnSupportedError(
            f"{what} needs a session of the server to itself, and behind a proxy such as pgbouncer there is none: "
            "connect past it, or say pgbouncer=false if yours pools sessions"
        )

    def check(self, sql: str) -> None:
        """Raise UnSupportedError for a user's statement that means nothing behind a proxy; warn if it was not stated.

        A proxy that was found may pool sessions, and then everything works.
        """
        found = bound_to_session(sql)
        if found is None:
            return
        text = f"behind pgbouncer the next statement may run on another session of the server; so not {found}"
        if self.stated:
            raise UnSupportedError(f"{text} (pgbouncer=false if yours pools sessions)")
        self.marked = True
        logger.warning("%s (pgbouncer=true makes this an error; pgbouncer=false says that yours pools sessions)", text)
