"""The compliance suite on PostgreSQL behind pgbouncer, which pools by transaction.

The URL does not say so: that there is a proxy is found out by each session.
"""

from __future__ import annotations

import bouncer

from tortoise_testkit.suite import *  # noqa: F403  # the suite is to be collected here
from tortoise_testkit.target import Target


class BehindPgbouncer(Target):
    """A server that is reached through the pgbouncer of this folder only."""

    def server_url(self) -> str | None:
        return bouncer.url_of() if bouncer.missing() is None else None


TARGET = BehindPgbouncer(
    "postgres",
    drop="DROP DATABASE {name} WITH (FORCE)",
    empty="DROP SCHEMA public CASCADE; CREATE SCHEMA public",
)
